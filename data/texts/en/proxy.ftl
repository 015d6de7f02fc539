# On the way through a proxy.

seen-C17-unresolved = The proxy { $proxy }, named by { $source }, has no address: { $name } does not resolve.
seen-C17-unreached = The proxy { $proxy }, named by { $source }, cannot be connected to ({ $how }), so nothing reaches { $host }.
seen-C17-scheme = { $source } says { $scheme }:// for the proxy at { $proxy }; what answers there speaks { $spoken }://.
seen-C17-foreign = What answers at { $proxy }, named by { $source }, does not speak { $scheme }:// ("{ $words }").
seen-C17-untrusted = The proxy { $proxy }, named by { $source }, shows a certificate that this machine does not trust ({ $words }).
seen-C17-no-answer = The proxy { $proxy }, named by { $source }, takes the connection and opens no tunnel to { $host }:{ $port } ({ $how }).
seen-C17-tunnel = The proxy { $proxy }, named by { $source }, opens a tunnel to { $host }:{ $port } in which no TLS begins; without the proxy it does.
seen-C17-excluded = { $variable } keeps { $host } off the proxy (entry "{ $entry }"); directly it cannot be reached, through { $proxy } of { $source } it can.
seen-P09 = The proxy { $proxy } refuses a tunnel to { $host }:{ $port }: "{ $words }".
seen-P09-login = The proxy { $proxy } wants a user name and a password, and { $source } has none: "{ $words }".
seen-P09-login-refused = The proxy { $proxy } does not accept the user name and password of { $source }: "{ $words }".
seen-P09-unreached = The proxy { $proxy } does not reach { $host }:{ $port }: "{ $words }".

flip-no-proxy = without the proxy { $proxy }
flip-through-proxy = through the proxy { $proxy }
flip-proxy-scheme = { $spoken }:// instead of { $proxy }

outcome-proxy = no tunnel through the proxy ({ $how })
outcome-tls-begins = TLS begins

next-from-proxy = From the proxy's own machine, or with its administrators, see whether { $host }:{ $port } can be reached from there:
next-proxy-log = See whether { $proxy } is a proxy for { $host }:{ $port } at all, and what it writes into its log:
