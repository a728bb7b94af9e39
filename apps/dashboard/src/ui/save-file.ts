/**
 * Has the browser save a text as a file. A name that begins with a dot is not kept by every browser, nor one whose ending does not fit the type. The address of the file is a number of the browser's own: nothing of the text is in it.
 */
export const saveFile = (name: string, text: string): void => {
  const address = URL.createObjectURL(new Blob([text], { type: "application/octet-stream" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
};
