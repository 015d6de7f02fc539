# What is lost, refused or answered between here and the server.

seen-P10 = No answer comes from { $address }: the packets that open the connection pass hop { $hop } ({ $router }) and are lost behind it, while the path itself goes on.
seen-P10-end = No answer comes from { $address }: the packets that open the connection are lost at the end of the path, or nobody is there to answer them.
seen-P11 = { $address } is not who refuses: the packets that open the connection pass hop { $hop } ({ $router }) and are refused right behind it, before the end of the path.
seen-P12 = { $router } forbids connections to { $address } (ICMP { $icmp }).
seen-P13 = Connections to { $host } are reset on the way because of the server name { $name }: its ClientHello never comes to the server.
seen-P14 = ClientHellos for { $name } are lost on the way because of that name: another name on the same address is answered.
seen-P15 = Something on the way answers in the place of { $host } because of the server name { $name }: the answer comes from before the end of the path.
seen-P17 = Something on the way to { $host } loses a ClientHello that comes in two packets: a small one passes whole and is lost in two, while large packets are not.
seen-P18 = Something on the way to { $host } loses ClientHellos because of one value in them: { $element }.
seen-P18-open = Something on the way to { $host } loses some ClientHellos and lets others pass; what decides is not found yet.
seen-P19 = Something on the way to { $host } does not let TLS 1.3 pass: the same ClientHello without it, and as long, is answered.
seen-P20 = Something on the way to { $host } loses ClientHellos of certain lengths: the same one with another length is answered.
seen-P21 = Large packets to { $host } are lost on the way: the same ClientHello in small packets is answered.
seen-P22 = Large packets from { $host } are lost on the way: it has the ClientHello and its answer does not come, while in small packets it does.
seen-P40 = Connections to { $address } end at hop { $hop } of the path, which goes on: something there takes them in its place.
seen-P41 = Nothing that begins TLS comes through to { $host }, whatever it says: it passes hop { $hop } ({ $router }) and is { $reset ->
    [yes] answered with a reset
   *[no] lost
 } behind it, while the path goes on.
seen-P41-end = Nothing that begins TLS comes through to { $host }, whatever it says: it is not even acknowledged, { $reset ->
    [yes] and a reset comes instead
   *[no] and nothing comes back
 }.
seen-S33 = { $host } waits for ever when the ClientHello comes in two packets: it has both and does not answer, while the same ClientHello in one packet is answered.
seen-hello-acknowledged = { $host } has the ClientHello, as its kernel says, and answers nothing, however small the answer would be.
seen-large-answers-lost = { $host } answers what needs a few octets, and nothing comes of larger answers, in small packets either.
seen-uneven-opening = { $failed } of { $tries } connections to { $address } were never answered, and the others at once. { $ports ->
    [same] The same local ports fail each time: they are led another way, or to another server.
    [any] A local port that failed works at another time.
   *[unknown] Too few failed to say whether it is always the same local ports.
 }
seen-uneven-hello-lost = On { $failed } of { $tries } connections to { $address } nothing that is said comes there; on the others everything does. { $ports ->
    [same] The same local ports fail each time: they are led another way.
    [any] A local port that failed works at another time.
   *[unknown] Too few failed to say whether it is always the same local ports.
 }
seen-uneven-hello = { $failed } of { $tries } connections to { $address } end without an answer to the same ClientHello that others have answered. { $ports ->
    [same] The same local ports fail each time: behind { $address } they come to another server, which is not well.
    [any] A local port that failed works at another time.
   *[unknown] Too few failed to say whether it is always the same local ports.
 }

flip-neutral-name = the server name { $neutral } instead of { $name }
flip-segments = small packets both ways (TCP_MAXSEG 536)
flip-whole = the ClientHello in one packet instead of two
flip-padded = the same ClientHello, longer by padding
flip-no-tls13 = the same ClientHello without TLS 1.3, as long

next-hello-lost = On the server, see whether the ClientHello arrives there at all:
next-uneven-path = See where the ways of the ports that fail and of those that work part:
next-uneven-members = Behind the load balancer, see which server these connections come to and whether it is well; on each of them:
next-uneven-server = On the server, while connections fail, see whether they are dropped there:
next-tcp-options = A box that minds one option of TCP is the other possibility; see whether it opens without these options, and switch them on again afterwards:
