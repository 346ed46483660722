/** What COMMAND DOCS tells of the commands for lists. */

/** One record a command, as `../documentation.ts` reads them. */
export const listDocs = `
BLMOVE: source:key destination:key#1 wherefrom(LEFT|RIGHT) whereto(LEFT|RIGHT) timeout:double
  Move an element from an end of a list to an end of another, waiting for one.
  cost O(1)
BLMPOP: timeout:double numkeys:integer key+ where(LEFT|RIGHT) [COUNT=count:integer]
  Take elements off the first list that has any, waiting until one does.
  cost O(N+M) for N keys and M elements taken
BLPOP: key+ timeout:double
  Take the first element of the first list that has any, waiting until one does.
  cost O(N) for N keys
  6.0.0 a timeout with a fraction
BRPOP: key+ timeout:double
  Take the last element of the first list that has any, waiting until one does.
  cost O(N) for N keys
  6.0.0 a timeout with a fraction
BRPOPLPUSH: source:key destination:key#1 timeout:double
  Move the last element of a list to the head of another, waiting for one.
  cost O(1)
  instead BLMOVE with the RIGHT and LEFT arguments
  6.0.0 a timeout with a fraction
LINDEX: key index:integer
  Read the element at a place of a list.
  cost O(N) for N elements on the way there; O(1) for the first and the last
LINSERT: key where(BEFORE|AFTER) pivot element
  Put an element before or behind another one of a list.
  cost O(N) for N elements in front of it: O(1) near the head, O(N) near the tail
LLEN: key
  Count the elements of a list.
  cost O(1)
LMOVE: source:key destination:key#1 wherefrom(LEFT|RIGHT) whereto(LEFT|RIGHT)
  Move an element from an end of a list to an end of another.
  cost O(1)
LMPOP: numkeys:integer key+ where(LEFT|RIGHT) [COUNT=count:integer]
  Take elements off the first list that has any.
  cost O(N+M) for N keys and M elements taken
LPOP: key [count:integer@6.2.0]
  Take elements off the head of a list.
  cost O(N) for N elements taken
  6.2.0 a count
LPOS: key element [RANK=rank:integer] [COUNT=num-matches:integer] [MAXLEN=len:integer]
  Find the places of an element in a list.
  cost O(N) for a list of N elements, less when it is found near an end or MAXLEN is given
LPUSH: key element+
  Put elements in front of a list, the last of them first.
  cost O(1) an element, so O(N) for N of them
  2.4.0 several elements
LPUSHX: key element+
  Put elements in front of a list that is there.
  cost O(1) an element, so O(N) for N of them
  4.0.0 several elements
LRANGE: key start:integer stop:integer
  Read the elements from one place of a list to another.
  cost O(S+N) for N elements that lie S away from the head, or in a long list from the nearer end
LREM: key count:integer element
  Remove an element from a list as often as it is there, or so many times.
  cost O(N+M) for a list of N elements and M removed
LSET: key index:integer element
  Put another element at a place of a list.
  cost O(N) for a list of N elements, O(1) at either end
LTRIM: key start:integer stop:integer
  Keep only the elements from one place of a list to another.
  cost O(N) for N elements removed
RPOP: key [count:integer@6.2.0]
  Take elements off the tail of a list.
  cost O(N) for N elements taken
  6.2.0 a count
RPOPLPUSH: source:key destination:key#1
  Move the last element of a list to the head of another.
  cost O(1)
  instead LMOVE with the RIGHT and LEFT arguments
RPUSH: key element+
  Put elements behind a list.
  cost O(1) an element, so O(N) for N of them
  2.4.0 several elements
RPUSHX: key element+
  Put elements behind a list that is there.
  cost O(1) an element, so O(N) for N of them
  4.0.0 several elements
`;
