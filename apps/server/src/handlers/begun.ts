/** The same rows, once the first of them is there: what can fail fails before a streamed answer has begun, with a problem document. */
export const begun = async <Row>(rows: AsyncGenerator<Row>): Promise<AsyncGenerator<Row>> => {
  const first = await rows.next();
  return (async function* () {
    if (first.done === true) return;
    yield first.value;
    yield* rows;
  })();
};
