/** What became of the last call of a system that is only asked when somebody needs it. */
export interface LastContact {
  /** The same call, whose outcome is remembered. `isAway`: whether a failure says that the system is out of reach; left out: every one does. */
  note<T>(call: Promise<T>, isAway?: (error: unknown) => boolean): Promise<T>;
  /** As readiness says it. */
  health(): Promise<string>;
}

export const createLastContact = (): LastContact => {
  const state = { isAway: false };
  return {
    note: async (call, isAway = () => true) => {
      try {
        const answer = await call;
        state.isAway = false;
        return answer;
      } catch (error) {
        state.isAway = isAway(error);
        throw error;
      }
    },
    health: async () => (state.isAway ? "out of reach, when it was last asked" : "ok"),
  };
};
