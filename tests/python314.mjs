// Runs the project's engine package on a real CPython 3.14, whose standard library has a package of the same name.
// node python314.mjs PYODIDE_FOLDER PROJECT_FOLDER PYTHONPATH FILE  - runs FILE's Python, prints what it prints.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [pyodideFolder, project, pythonPath, file] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(join(pyodideFolder, "pyodide.mjs")));
const python = await loadPyodide({
  env: { PYTHONPATH: pythonPath, PYTHONDONTWRITEBYTECODE: "1", HOME: "/" },
  fsInit: (FS) => {
    FS.mkdirTree("/lab");
    FS.mount(FS.filesystems.NODEFS, { root: project }, "/lab");
  },
});
python.runPython(readFileSync(file, "utf-8"));
