/** What COMMAND DOCS tells of the commands for places on the earth. */

/** One record a command, as `../documentation.ts` reads them. */
export const geoDocs = `
GEOADD: key [condition(NX|XX)@6.2.0] [change'CH'@6.2.0]
    longitude_latitude_member{longitude:double latitude:double member}+
  Put members with their longitude and latitude into a sorted set.
  cost O(log(N)) a member, for N of them
  6.2.0 CH, NX and XX
GEODIST: key member1 member2 [unit(M|KM|FT|MI)]
  Tell how far two members are from each other.
  cost O(log(N)) for N members
GEOHASH: key member+
  Tell the geohashes of members, as maps on the web use them.
  cost O(log(N)) a member, for N of them
GEOPOS: key member+
  Tell where members are.
  cost O(N) for N members asked for
GEORADIUS: key longitude:double latitude:double radius:double unit(M|KM|FT|MI) [WITHCOORD] [WITHDIST] [WITHHASH]
    [count{COUNT=count:integer [ANY@6.2.0]}] [order(ASC|DESC)] [STORE=key#1] [STOREDIST=key#2]
  Find the members around a place, and store them where that is asked for.
  cost O(N+log(M)) for N members in a box around the circle, of M in all
  instead GEOSEARCH and GEOSEARCHSTORE with the BYRADIUS argument
  6.2.0 ANY
  7.0.0 units in capitals
GEORADIUSBYMEMBER: key member radius:double unit(M|KM|FT|MI) [WITHCOORD] [WITHDIST] [WITHHASH]
    [count{COUNT=count:integer [ANY]}] [order(ASC|DESC)] [STORE=key#1] [STOREDIST=key#2]
  Find the members around one of them, and store them where that is asked for.
  cost O(N+log(M)) for N members in a box around the circle, of M in all
  instead GEOSEARCH and GEOSEARCHSTORE with the BYRADIUS and FROMMEMBER arguments
  7.0.0 units in capitals
GEORADIUSBYMEMBER_RO: key member radius:double unit(M|KM|FT|MI) [WITHCOORD] [WITHDIST] [WITHHASH]
    [count{COUNT=count:integer [ANY]}] [order(ASC|DESC)]
  Find the members around one of them as GEORADIUSBYMEMBER does, without storing them.
  cost O(N+log(M)) for N members in a box around the circle, of M in all
  instead GEOSEARCH with the BYRADIUS and FROMMEMBER arguments
GEORADIUS_RO: key longitude:double latitude:double radius:double unit(M|KM|FT|MI) [WITHCOORD] [WITHDIST] [WITHHASH]
    [count{COUNT=count:integer [ANY@6.2.0]}] [order(ASC|DESC)]
  Find the members around a place as GEORADIUS does, without storing them.
  cost O(N+log(M)) for N members in a box around the circle, of M in all
  instead GEOSEARCH with the BYRADIUS argument
  6.2.0 ANY
GEOSEARCH: key from(FROMMEMBER=member | FROMLONLAT=longitude_latitude{longitude:double latitude:double})
    by(circle{BYRADIUS=radius:double unit(M|KM|FT|MI)} | box{BYBOX=width:double height:double unit(M|KM|FT|MI)})
    [order(ASC|DESC)] [count{COUNT=count:integer [ANY]}] [WITHCOORD] [WITHDIST] [WITHHASH]
  Find the members in a circle or a box around a place or around one of them.
  cost O(N+log(M)) for N members in a box around the shape and M within it
  7.0.0 units in capitals
GEOSEARCHSTORE: destination:key source:key#1
    from(FROMMEMBER=member | FROMLONLAT=longitude_latitude{longitude:double latitude:double})
    by(circle{BYRADIUS=radius:double unit(M|KM|FT|MI)} | box{BYBOX=width:double height:double unit(M|KM|FT|MI)})
    [order(ASC|DESC)] [count{COUNT=count:integer [ANY]}] [STOREDIST]
  Store the members in a circle or a box around a place or around one of them.
  cost O(N+log(M)) for N members in a box around the shape and M within it
  7.0.0 units in capitals
`;
