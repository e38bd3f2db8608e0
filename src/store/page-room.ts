/**
 * Characters of JSON that a page has at most, but for one item that is longer by itself: a device may answer a million of them,
 * and a stop waits while a page is put together.
 */
export const pageCharacters = 2 * 1024 * 1024;
