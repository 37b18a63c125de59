// Where the npm package's second stages are: one file for each back end, beside this one.

const MODULES = {
  bloonio: () => import('./widget.js'),
  appengine: () => import('./appengine.js'),
  mailoo: () => import('./mailoo.js'),
};

/** Imports the file that knows a back end's module. */
export const source = (backend) => ({ file: MODULES[backend]() });
