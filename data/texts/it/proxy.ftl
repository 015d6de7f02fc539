# Sulla strada attraverso un proxy.

seen-C17-unresolved = Il proxy { $proxy }, indicato da { $source }, non ha un indirizzo: { $name } non si risolve.
seen-C17-unreached = Al proxy { $proxy }, indicato da { $source }, non ci si può collegare ({ $how }), perciò nulla raggiunge { $host }.
seen-C17-scheme = { $source } dice { $scheme }:// per il proxy { $proxy }; chi vi risponde parla { $spoken }://.
seen-C17-foreign = Chi risponde su { $proxy }, indicato da { $source }, non parla { $scheme }:// ("{ $words }").
seen-C17-untrusted = Il proxy { $proxy }, indicato da { $source }, mostra un certificato di cui questa macchina non si fida ({ $words }).
seen-C17-no-answer = Il proxy { $proxy }, indicato da { $source }, accetta la connessione e non apre alcun tunnel verso { $host }:{ $port } ({ $how }).
seen-C17-tunnel = Il proxy { $proxy }, indicato da { $source }, apre un tunnel verso { $host }:{ $port } in cui TLS non comincia; senza il proxy comincia.
seen-C17-excluded = { $variable } tiene { $host } fuori dal proxy (voce "{ $entry }"); direttamente non è raggiungibile, attraverso { $proxy } di { $source } lo è.
seen-P09 = Il proxy { $proxy } rifiuta un tunnel verso { $host }:{ $port }: "{ $words }".
seen-P09-login = Il proxy { $proxy } vuole nome utente e password, e { $source } non ne ha: "{ $words }".
seen-P09-login-refused = Il proxy { $proxy } non accetta il nome utente e la password di { $source }: "{ $words }".
seen-P09-unreached = Il proxy { $proxy } non raggiunge { $host }:{ $port }: "{ $words }".

flip-no-proxy = senza il proxy { $proxy }
flip-through-proxy = attraverso il proxy { $proxy }
flip-proxy-scheme = { $spoken }:// invece di { $proxy }

outcome-proxy = nessun tunnel attraverso il proxy ({ $how })
outcome-tls-begins = TLS comincia

next-from-proxy = Dalla macchina del proxy, o con i suoi amministratori, vedere se da lì si raggiunge { $host }:{ $port }:
next-proxy-log = Vedere se { $proxy } è davvero un proxy per { $host }:{ $port }, e che cosa scrive nel suo registro:
