/** The shared clock has one thing that Node alone has, and that nothing in a page calls. */
declare function setImmediate(callback: () => void): unknown;
