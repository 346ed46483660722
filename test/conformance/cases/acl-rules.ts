/** Cases of ACL: users and their rules. What these forbid is in acl.ts. */
import type { Family } from "../notation.js";

const CATEGORIES =
  "keyspace read write set sortedset list hash string bitmap hyperloglog geo stream pubsub admin fast slow blocking dangerous connection transaction scripting".split(
    " ",
  );

const EMPTY_HASH = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

export const aclRules: Family = {
  name: "acl rules",
  cases: {
    "ACL CAT": `
      ACL CAT
      ${CATEGORIES.map((category) => `@sorted ACL CAT ${category}`).join("\n")}
      @sorted ACL CAT HyperLogLog
      ACL CAT nosuch
      ACL CAT ""
      ACL CAT read write
    `,
    "ACL users": `
      ACL WHOAMI
      ACL USERS
      ACL LIST
      ACL GETUSER default
      ACL GETUSER nobody
      ACL GETUSER
      ACL SETUSER alice
      ACL GETUSER alice
      ACL SETUSER bob ON >secret ~* &* +@all
      ACL SETUSER Carl nopass on sanitize-payload
      ACL USERS
      ACL LIST
      ACL GETUSER bob
      ACL GETUSER BOB
      ACL SETUSER carl Reset
      ACL GETUSER carl
      ACL SETUSER carl skip-sanitize-payload on off
      ACL GETUSER carl
      ACL SETUSER "" on
      ACL USERS
      ACL SETUSER "with space" on
      ACL SETUSER "with\\nline" on
      ACL SETUSER "with\\x00zero" on
      ACL SETUSER
      ACL DELUSER
      ACL DELUSER default
      ACL DELUSER alice default
      ACL DELUSER nobody
      ACL DELUSER alice alice bob nobody carl
      ACL USERS
      ACL USERS x
      ACL LIST x
      ACL WHOAMI x
      ACL BAD
      ACL
      @kind ACL HELP
      ACL HELP x
      ACL LOAD
      ACL SAVE
      ACL LOAD x
      ACL SETUSER Carl reset
      ACL DELUSER Carl
    `,
    "ACL GENPASS": `
      @kind ACL GENPASS
      @kind ACL GENPASS 1
      @kind ACL GENPASS 4096
      ACL GENPASS 0
      ACL GENPASS -1
      ACL GENPASS 4097
      ACL GENPASS abc
      ACL GENPASS 8 x
    `,
    "ACL passwords": `
      ACL SETUSER alice on >one >two >one
      ACL GETUSER alice
      b> AUTH alice one
      c> AUTH alice two
      d> AUTH alice three
      d> AUTH alice ""
      d> AUTH one
      ACL SETUSER alice <one
      d> AUTH alice one
      ACL SETUSER alice <one
      ACL SETUSER alice #${EMPTY_HASH}
      d> AUTH alice ""
      ACL SETUSER alice !${EMPTY_HASH}
      ACL SETUSER alice !${EMPTY_HASH}
      d> AUTH alice ""
      ACL SETUSER alice > <
      ACL GETUSER alice
      ACL SETUSER alice #abc
      ACL SETUSER alice !abc
      ACL SETUSER alice #E3${EMPTY_HASH.slice(2)}
      ACL SETUSER alice #${EMPTY_HASH}0
      ACL SETUSER alice nopass
      ACL GETUSER alice
      d> AUTH alice anything
      ACL SETUSER alice >again
      ACL GETUSER alice
      ACL SETUSER alice resetpass
      ACL GETUSER alice
      d> AUTH alice again
      ACL SETUSER alice off >again
      d> AUTH alice again
      d> HELLO 3 AUTH alice again
      ACL SETUSER alice on
      d> @hello HELLO 2 AUTH alice again
      d> PING
    `,
    "ACL rules of commands": `
      ACL SETUSER alice +get
      ACL GETUSER alice
      ACL SETUSER alice +get +@read -@write ~x
      ACL GETUSER alice
      ACL SETUSER alice -@read
      ACL GETUSER alice
      ACL SETUSER alice +@all -@dangerous -get +get
      ACL GETUSER alice
      ACL SETUSER alice nocommands +set +get +config|get +select|0 +select|1 -@hash
      @words ACL GETUSER alice
      ACL SETUSER alice nocommands +client -client|list
      @words ACL GETUSER alice
      ACL SETUSER alice +client
      ACL GETUSER alice
      ACL SETUSER alice -client
      ACL GETUSER alice
      ACL SETUSER alice +client|id
      ACL GETUSER alice
      ACL SETUSER alice -client|id
      ACL GETUSER alice
      ACL SETUSER alice +@ALL -@Dangerous +@admin -CONFIG|SET
      @words ACL GETUSER alice
      ACL SETUSER alice allcommands
      ACL GETUSER alice
      ACL SETUSER alice -@slow
      @words ACL GETUSER alice
      ACL SETUSER alice -@all +@fast +@slow
      @words ACL GETUSER alice
      ACL SETUSER alice -@all +@read +@hash -@set +@list -del
      @words ACL GETUSER alice
      ACL SETUSER alice +@all -@all
      ACL GETUSER alice
      ACL SETUSER alice +@string +@connection -@connection
      @words ACL GETUSER alice
      ACL SETUSER alice -@all +@scripting +@pubsub +@transaction +@blocking
      @words ACL GETUSER alice
      @words ACL LIST
      ACL SETUSER alice +@all -@all +@admin -acl +acl|whoami
      @words ACL GETUSER alice
    `,
    "ACL rules of first arguments": `
      ACL SETUSER alice on nopass ~* +get|a +get|B +get|A +select|1 +object|encoding
      @words ACL GETUSER alice
      b> AUTH alice x
      b> GET a
      b> GET A
      b> GET b
      b> GET c
      b> SELECT 1
      b> SELECT 2
      b> OBJECT ENCODING x
      b> OBJECT FREQ x
      b> OBJECT HELP
      b> OBJECT
      ACL SETUSER alice +get
      @words ACL GETUSER alice
      b> GET c
      ACL SETUSER alice -get
      @words ACL GETUSER alice
      ACL SETUSER alice +get|a
      ACL SETUSER alice +config|get|x
      ACL SETUSER alice +config|nosuch
      ACL SETUSER alice +nosuch|x
      ACL SETUSER alice +select|
      ACL SETUSER alice +config|
      ACL SETUSER alice -select|0
      ACL SETUSER alice -config|get|x
      ACL SETUSER alice +a|b|c|d
      ACL SETUSER alice -@all +get|x
      ACL SETUSER alice -@string
      ACL GETUSER alice
    `,
    "ACL rules of keys": `
      ACL SETUSER alice ~a* ~b* ~a*
      ACL GETUSER alice
      ACL SETUSER alice %R~a* %W~c* %r~d* %RW~e* %wr~f*
      ACL GETUSER alice
      ACL SETUSER alice %W~d*
      ACL GETUSER alice
      @words ACL LIST
      ACL SETUSER alice resetkeys %R~foo %~bar
      ACL GETUSER alice
      ACL SETUSER alice %RR~x
      ACL SETUSER alice %Rx~x
      ACL SETUSER alice %x
      ACL SETUSER alice %R
      ACL GETUSER alice
      ACL SETUSER alice ~
      ACL GETUSER alice
      ACL SETUSER alice "~with space"
      ACL SETUSER alice allkeys
      ACL GETUSER alice
      ACL SETUSER alice ~x
      ACL SETUSER alice %R~x
      ACL SETUSER alice ~*
      ACL SETUSER alice resetkeys ~** %RW~*
      ACL GETUSER alice
      ACL SETUSER alice RESETKEYS ~x ALLKEYS
      ACL GETUSER alice
    `,
    "ACL rules of channels": `
      ACL SETUSER alice &a* &b &a*
      ACL GETUSER alice
      ACL SETUSER alice "&with space"
      ACL SETUSER alice &
      ACL GETUSER alice
      ACL SETUSER alice allchannels
      ACL GETUSER alice
      ACL SETUSER alice &x
      ACL SETUSER alice &*
      ACL SETUSER alice resetchannels &** &*
      ACL GETUSER alice
      CONFIG GET acl-pubsub-default
      CONFIG SET acl-pubsub-default allchannels
      ACL SETUSER bob
      ACL GETUSER bob
      ACL SETUSER bob resetchannels reset (~x)
      ACL GETUSER bob
      CONFIG SET acl-pubsub-default resetchannels
      ACL GETUSER bob
      ACL SETUSER bob reset
      ACL GETUSER bob
      CONFIG SET acl-pubsub-default bad
    `,
    "ACL selectors": `
      ACL SETUSER alice on (+get ~a*) (%R~b* +@write)
      ACL GETUSER alice
      ACL LIST
      ACL SETUSER alice (+set ~c* ) () (allkeys) (allcommands) (&* +ping)
      ACL GETUSER alice
      ACL LIST
      ACL SETUSER alice clearselectors
      ACL GETUSER alice
      ACL SETUSER alice (+get "~a b)"
      ACL GETUSER alice
      ACL SETUSER alice clearselectors (+get ~a)b ~c) off
      ACL GETUSER alice
      ACL SETUSER alice "(+get 'x)" "(+set '~y' \\"~z\\")"
      ACL GETUSER alice
      ACL SETUSER alice (+get
      ACL SETUSER alice on (+get ~x) (+set ~y
      ACL SETUSER alice (
      ACL SETUSER alice )
      ACL SETUSER alice (on)
      ACL SETUSER alice (>pw)
      ACL SETUSER alice (+nosuch)
      ACL SETUSER alice (+get (~x) )
      ACL SETUSER alice (allkeys ~x)
      ACL GETUSER alice
    `,
    "ACL SETUSER changes all or nothing": `
      ACL SETUSER alice on >pw ~a +get
      ACL SETUSER alice off ~b +set bad-rule
      ACL SETUSER alice off ~b +set +nosuch
      ACL SETUSER alice off ~b -@nosuch
      ACL SETUSER alice off +@
      ACL SETUSER alice +
      ACL SETUSER alice -
      ACL SETUSER alice x
      ACL SETUSER alice "a\\nb"
      ACL SETUSER alice "a\\x00b"
      ACL SETUSER alice ""
      ACL GETUSER alice
      ACL SETUSER never bad-rule
      ACL GETUSER never
    `,
    "ACL DRYRUN": `
      ACL SETUSER alice on nopass +get (~a* +set) (&c* +publish) (~b* %R~c* +mget +get +copy)
      ACL DRYRUN alice get b
      ACL DRYRUN alice GET x
      ACL DRYRUN alice mget b1 c1 x
      ACL DRYRUN alice mget b1 x c1 y
      ACL DRYRUN alice mget b1 c1
      ACL DRYRUN alice publish d x
      ACL DRYRUN alice publish c x
      ACL DRYRUN alice set b x
      ACL DRYRUN alice set a x
      ACL DRYRUN alice copy c b
      ACL DRYRUN alice copy b c
      ACL DRYRUN alice hset a x y
      ACL DRYRUN alice AUTH x
      ACL DRYRUN alice hello
      ACL DRYRUN alice ping
      ACL DRYRUN alice xadd a * f v
      ACL DRYRUN alice geoadd a 1 1 m
      ACL DRYRUN alice CONFIG GET x
      ACL DRYRUN alice config|get x
      ACL DRYRUN alice config
      ACL DRYRUN alice config nosuch
      ACL DRYRUN alice config get
      ACL DRYRUN alice nosuch
      ACL DRYRUN alice get
      ACL DRYRUN alice get a b
      ACL DRYRUN nobody get a
      ACL DRYRUN nobody nosuch
      ACL DRYRUN default flushall
      ACL DRYRUN alice
      ACL LOG
    `,
  },
};
