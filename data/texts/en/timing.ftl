# What time shows: filled in by diagnose/src/causes/timing.

seen-T02 = In { $count } of { $tries } connections to { $host } the packet that opens it, or its answer, was lost: connecting took { $elapsed } instead of { $trip }, with the repetition after { $step }.
seen-T03 = { $segments } packets of the handshake with { $host } were lost and sent again, in { $count } of { $tries } connections; this took up to { $elapsed } beyond the round trip of { $trip }.
seen-T03-quick = { $segments } packets of the handshake with { $host } were sent again, in { $count } of { $tries } connections, and nobody had to wait for them.
seen-P32 = Packets on the way to { $host } get lost at random: { $segments } were sent again, in { $count } of { $tries } connections, which came about all the same.
seen-T04 = { $host } has the ClientHello after { $trip } and answers after { $elapsed } (in { $count } of { $tries } connections); nothing was lost on the way.
seen-T04-key = { $host } has the ClientHello after { $trip } and answers after { $elapsed } (in { $count } of { $tries } connections); an answer without key and certificate takes only { $small }.
seen-T04-flight = { $host } begins its answer at once and then pauses for { $elapsed } before the rest (in { $count } of { $tries } connections); nothing was lost on the way.
seen-S06-late = Even an answer that needs neither key nor certificate takes { $host } { $small }: what handles its connections is held up.
seen-T11 = The first answer of { $host } took { $elapsed }, later ones { $later }: it prepares something for the first one to come.
seen-T05 = The first answer of { $host } is { $octets } octets long, more than the { $window } that may be sent before the first acknowledgement: { $rounds ->
        [one] one more round trip
       *[other] { $rounds } more round trips
    } of { $trip }.
seen-T06 = { $host } wants the group { $group }, for which these clients send no key at first: { $clients }. They need a second ClientHello and another round trip of { $trip }.
seen-T13 = { $host } is { $trip } away, and every step takes as many round trips as it needs: { $elapsed } in all.
seen-T07 = { $host } takes { $elapsed } for { $what ->
        [issuer] the missing issuer's certificate
       *[ocsp] the certificate's status
    }, for which these clients wait: { $clients }.
seen-T07-hangs = { $host } does not give { $what ->
        [issuer] the missing issuer's certificate
       *[ocsp] the certificate's status
    }, and these clients wait for it: { $clients }. It was given up after { $elapsed }.
seen-T10 = { $host } ends connections that get no further after { $elapsed } each ({ $count } times): a timer.
seen-T08 = { $address } does not answer, and { $host } works by the other address family. Clients that try both lose: { $delayed }. Clients that wait for the first until the system gives it up, after two minutes: { $stopped }.
seen-C31-silent = IPv6 to { $host } ({ $address }) is silent while IPv4 works: IPv6 of this machine and its network is broken, or the path beyond it.
seen-C23 = A round trip to { $host } takes { $trip }: programs that abandon each of its addresses after { $step }, as Node.js does, never connect.
seen-C24 = The handshake with { $host } takes { $elapsed }, and the client waits for { $limit }, which pass { $step ->
        [resolve] while the name is looked up
        [proxy] while the proxy opens the way
        [connect] while the connection is opened
        [starttls] in the dialogue before TLS
        [hello] while the answer to the ClientHello is waited for
        [certificate] while the server's certificate is waited for
       *[other] while the handshake is finished
    }. Most of the time goes { $longest ->
        [resolve] to the lookup of the name
        [proxy] to the proxy
        [connect] to opening the connection
        [starttls] to the dialogue before TLS
        [hello] to the wait for the answer to the ClientHello
        [certificate] to the wait for the server's certificate
       *[other] to the end of the handshake
    }.

next-other-ipv6 = Try another destination by IPv6 from here: if that fails too, the fault is in this machine's network (C31), otherwise on the path to the server (P31):
