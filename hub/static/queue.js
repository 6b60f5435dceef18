// The acts that wait on this phone: in IndexedDB, on the disk before anybody is told that they are kept, so that they
// outlive a reload, a restart and an empty battery. One record: {n, act, at, address, fields, label, who, tries}.
(() => {
  "use strict";
  const STORE = "acts";
  let opened = null;
  const spare = []; // where the browser refuses the disk, they live as long as the page

  const open = () => new Promise((resolve, reject) => {
    const asked = indexedDB.open("avrop", 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(STORE, { keyPath: "n", autoIncrement: true });
    asked.onerror = () => reject(asked.error);
    asked.onsuccess = () => {
      asked.result.onversionchange = () => asked.result.close();
      asked.result.onclose = () => { opened = null; };
      resolve(asked.result);
    };
  });

  const inStore = async (mode, work) => {
    opened = opened || open();
    const db = await opened.catch((error) => { opened = null; throw error; });
    return new Promise((resolve, reject) => {
      const step = db.transaction(STORE, mode, { durability: "strict" });
      const asked = work(step.objectStore(STORE));
      step.oncomplete = () => resolve(asked.result);
      step.onerror = () => reject(step.error);
      step.onabort = () => reject(step.error);
    });
  };

  // Resolves when it is kept; its `n` gives the order in which acts are sent.
  const add = async (record) => {
    try {
      const n = await inStore("readwrite", (store) => store.add(record));
      if (navigator.storage?.persist) navigator.storage.persist().catch(() => {});
      return { ...record, n };
    } catch {
      spare.push({ ...record, n: 1e12 + Date.now() + spare.length / 1000, fleeting: true });
      return spare[spare.length - 1];
    }
  };

  const all = async () => {
    const kept = await inStore("readonly", (store) => store.getAll()).catch(() => []);
    return [...kept, ...spare].sort((one, other) => one.n - other.n);
  };

  const remove = async (record) => {
    const at = spare.findIndex(({ n }) => n === record.n);
    if (at >= 0) spare.splice(at, 1);
    else await inStore("readwrite", (store) => store.delete(record.n));
  };

  // Whether it is still there: what was taken back meanwhile is not put there again, nor what others changed in it undone.
  const change = async (record, facts) => {
    Object.assign(record, facts);
    const at = spare.findIndex(({ n }) => n === record.n);
    if (at >= 0) { Object.assign(spare[at], facts); return true; }
    return Boolean(await inStore("readwrite", (store) => {
      const asked = store.get(record.n);
      asked.onsuccess = () => { if (asked.result) store.put({ ...asked.result, ...facts }); };
      return asked;
    }));
  };

  window.avropQueue = { add, all, remove, change };
})();
