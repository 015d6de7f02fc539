# Causes that show as time: what each one is, and what each side does about it.

T01 = Looking up the name takes most of the time, before any connection begins.
    .title = Slow name resolution
    .owner = Check that all name servers of the zone answer quickly, and avoid long chains of aliases.
    .user = Name a quicker resolver, or shorten the time after which the next one is asked.
    .network = Look for an overloaded or unreachable resolver among those announced to clients, and remove it.

T02 = The packet that opens the connection or its answer was lost and had to be sent again, so connecting took a second or more.
    .title = Connection attempt repeated
    .owner = Check whether the server's accept queue overflows, and enlarge it.
    .user = Nothing to do here beyond trying again: the packet is lost on the way or at the server.
    .network = Look for loss, a full connection table or a limiter of new connections on this path.

T03 = Packets of the handshake were lost and had to be sent again, and each repetition waits longer than the one before.
    .title = Handshake data repeated
    .owner = Check the server's interface and uplink for errors and saturation.
    .user = Use a cable or move nearer to the access point, and stop large transfers.
    .network = Find the link that loses packets and repair or enlarge it.

T04 = The server receives the ClientHello at once but takes long before it answers.
    .title = Server takes long to answer
    .owner = Find out what it waits for: full processors, a blocked worker, a remote key service or a slow backend. Use an ECDSA key and session resumption to make handshakes cheaper.
    .user = Nothing to do here: the time passes in the server.
    .network = Nothing to do here: the packets arrive in time.

T05 = The certificates are larger than what the server may send before the first acknowledgement, so the handshake needs another round trip.
    .title = Certificates exceed the first window
    .owner = Send only the certificates that are needed, without the root, use ECDSA keys, and keep the initial window at ten segments or more.
    .user = Nothing to do here: the server decides how much it sends.
    .network = Nothing to do here: the delay follows from the size of the certificates.

T06 = The server asks for another key exchange group than the one the client guessed, which costs a round trip.
    .title = Second ClientHello needed
    .owner = Accept the groups for which current clients send a key at once: X25519MLKEM768 and X25519.
    .user = Put the group that the server prefers first in the client's list, if it can be set.
    .network = Nothing to do here: the two ends agree on the group between themselves.

T07 = The client tries to fetch an intermediate certificate or the revocation status from the CA, and that fetch hangs.
    .title = Fetch from the CA hangs
    .owner = Send the complete chain, and staple an OCSP response where your CA offers one, so that clients need not fetch anything.
    .user = Allow access to the CA's addresses that stand in the certificate, or switch the fetch off in this program.
    .network = Allow plain HTTP to the CA's addresses, or reject it so that clients do not have to wait.

T08 = The client first tries the other address family, which does not answer, and changes over only after a delay.
    .title = Delay until the other address family is tried
    .owner = Repair the address that does not answer, or withdraw its record.
    .user = Prefer the family that works, or use a program that tries both at once.
    .network = Repair the route of the family that fails, or reject its packets with an ICMP message so that clients change over at once.

T09 = The client itself pauses during the handshake, for example for a virus scan, a PIN or random numbers.
    .title = Client pauses
    .owner = Nothing to do here: the server waits for the client.
    .user = Find out what the program waits for between two messages, and switch off what delays it.
    .network = Nothing to do here: the pause happens inside the client's machine.

T10 = A timer at the server or load balancer ends the connection after a fixed time, before the handshake or the next request comes.
    .title = Timer ends the connection
    .owner = Raise the time limit for handshakes and idle connections to what slow clients need, and keep it longer than the client's own.
    .user = Answer prompts more quickly, and close idle connections before the server does.
    .network = Raise the time limit of a load balancer or firewall for idle connections.

T11 = Only the first connection after a pause or reload is slow or lacks something, because the server prepares it on demand.
    .title = First connection is slow
    .owner = Prepare before the first visitor comes: load the OCSP response from a file, issue certificates ahead of time, keep instances warm.
    .user = Try a second time.
    .network = Nothing to do here: the server is not ready at the first attempt.

T12 = Failures come back at regular intervals, with something that runs by the clock.
    .title = Failures at regular intervals
    .owner = Compare the times of the failures with rotations, reloads, backups and key changes, and correct the job that runs then.
    .user = Note the times of the failures for the owner, and try again a little later.
    .network = Compare the times of the failures with jobs of your devices, such as updates of filter lists or renewals of tunnels.

T13 = The way to the server is long, as by satellite or to another continent, and every step of the handshake takes a long round trip.
    .title = Long round trip
    .owner = Bring the end of the TLS connection nearer to the users, and use TLS 1.3 and session resumption to save round trips.
    .user = Give the program a longer time limit, and reuse connections.
    .network = Check whether the route takes a detour.

T14 = A proxy in front of the service tries several backends in turn and lets the client wait for the sum of their time limits.
    .title = Proxy tries its backends again and again
    .owner = Repair the backends, shorten the proxy's time limit for connecting, and limit the number of its attempts.
    .user = Nothing to do here beyond a longer time limit: the proxy waits for its backends.
    .network = If the proxy is one of yours, shorten its time limit for connecting and limit the number of its attempts.

T15 = The browser fails with its full ClientHello and succeeds later with a smaller one, without Encrypted Client Hello or post-quantum keys.
    .title = Browser tries again with less
    .owner = Check that the ECH keys in the DNS are those the server holds, and that all devices in front of it accept a ClientHello in two packets.
    .user = Until the path is repaired, switch off in the browser what fails, Encrypted Client Hello or post-quantum key exchange.
    .network = Update the device that stops the first attempt, so that it lets large and encrypted ClientHello messages pass.

T16 = Connecting takes exactly 63 seconds, the sum of six doubled waiting times, because a virtual interface spoils the checksums of the first packets.
    .title = Connecting takes 63 seconds
    .owner = Switch checksum offloading off on the tunnel interfaces of the nodes, and update kernel and network plug-in.
    .user = If the client is a container of the same cluster, connect to the backend by its own address until the nodes are repaired.
    .network = Switch checksum offloading off on the tunnel interface concerned, and look at the receiver for packets with wrong checksums.
