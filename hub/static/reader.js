// Reads the codes in a picture, in a worker of its own: the page stays quick, and WebAssembly is allowed only here.
// GIVEN (where the vendored files are) is put in front. A picture comes as ImageData, the codes go back as text.
"use strict";
importScripts(GIVEN.detector);
const { BarcodeDetector, prepareZXingModule } = self.BarcodeDetectionAPI;
prepareZXingModule({ overrides: { locateFile: () => GIVEN.wasm } });
// What is on parcels and goods: GS1-128 and other Code 128, QR, Data Matrix, the articles' EAN and the boxes' ITF-14.
const detector = new BarcodeDetector({ formats: ["code_128", "qr_code", "data_matrix", "ean_13", "ean_8", "upc_a", "itf"] });

self.addEventListener("message", async ({ data }) => {
  try {
    const found = await detector.detect(data);
    self.postMessage({ codes: found.map(({ rawValue, format }) => ({ text: rawValue, format })) });
  } catch (error) {
    self.postMessage({ codes: [], error: String(error) });
  }
});
