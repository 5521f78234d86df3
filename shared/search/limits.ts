// How long a search may be. Apart from the parser, because the contract needs no more than this.

/** Characters of a search, at most. */
export const longestSearch = 2000
