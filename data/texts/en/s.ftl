# Causes on the server and in its configuration: what each is, and what each party does.

S01 = Nothing listens on this port, so the connection is refused at once.
    .title = Nothing listens
    .owner = Start the service, or make it listen on this address and port.
    .user = Check host and port; otherwise tell the owner that the service is down.
    .network = See that no firewall on the way rejects this port.

S02 = The server speaks plain HTTP on a port where clients expect TLS.
    .title = Plaintext HTTP on the TLS port
    .owner = Switch TLS on for this port, with certificate and key.
    .user = Use http:// only if the owner says that this port is meant to be unencrypted.
    .network = Nothing to do here: the network carries what it is given.

S03 = Client and server disagree on whether TLS begins at once or after a plaintext dialogue.
    .title = STARTTLS service spoken to in TLS, or the reverse
    .owner = Configure a certificate and TLS for the service: from the first octet on the port registered for it, STARTTLS on the other; say in the documentation which is which.
    .user = Choose STARTTLS in the program's settings, or the port that speaks TLS at once.
    .network = Nothing to do here: the network carries what it is given.

S04 = The server waits for a PROXY protocol line before TLS, or gets one that it does not expect.
    .title = PROXY protocol expected or sent unexpectedly
    .owner = Let load balancer and server agree: both with the PROXY protocol, or neither.
    .user = Connect through the load balancer rather than to the server behind it.
    .network = If you run the load balancer, set its PROXY protocol option to what the server behind it expects.

S05 = The server does not accept connections as fast as they come, so the kernel drops new ones.
    .title = Accept queue full
    .owner = Raise the listen backlog and net.core.somaxconn, and find out why accepting is slow.
    .user = Try again later and with fewer connections at once.
    .network = Nothing to do here: the network carries what it is given.

S06 = The server accepts the connection and then does nothing, because its worker is busy with something else.
    .title = Worker or event loop blocked
    .owner = Find the blocking call in the worker, and give the server more workers.
    .user = Tell the owner that the server accepts connections without answering.
    .network = Nothing to do here: the network carries what it is given.

S07 = The server computes handshakes more slowly than they arrive.
    .title = CPU overloaded by handshakes
    .owner = Use ECDSA keys, allow resumption, and add CPU or machines.
    .user = Reuse connections and sessions.
    .network = Nothing to do here: the network carries what it is given.

S08 = The server has reached its limit of open files or connections.
    .title = File descriptor or connection limit
    .owner = Raise the limits of the service and of its workers.
    .user = Reuse connections instead of opening new ones.
    .network = Nothing to do here: the network carries what it is given.

S09 = Under overload the client believes it is connected while the server does not know the connection.
    .title = Half-open connection after SYN cookies
    .owner = Raise the backlog so that SYN cookies are not needed.
    .user = Try again; the next connection may succeed.
    .network = Nothing to do here: the network carries what it is given.

S10 = The server speaks only TLS versions that current clients refuse.
    .title = Only TLS 1.1 or older
    .owner = Enable TLS 1.2 and 1.3; update the TLS library if it does not know them.
    .user = Ask the owner to update; do not lower your own limits for the whole machine.
    .network = Nothing to do here: the network carries what it is given.

S11 = The server speaks only TLS 1.3, which this client does not offer.
    .title = Only TLS 1.3
    .owner = Enable TLS 1.2 beside TLS 1.3 if old clients matter.
    .user = Update the program, or allow it to use TLS 1.3.
    .network = Nothing to do here: the network carries what it is given.

S12 = Client and server have no cipher suite in common, or none for the kind of key the server has.
    .title = No cipher suite in common
    .owner = Offer the current ECDHE suites with AES-GCM and ChaCha20, and an RSA certificate beside an ECDSA one if old clients matter.
    .user = Update the program; if it has a list of ciphers, go back to its default.
    .network = Nothing to do here: the network carries what it is given.

S13 = Client and server share no key exchange group, or the server fails when it has to ask for another one.
    .title = No key exchange group in common, or a defect in HelloRetryRequest
    .owner = Accept X25519 and P-256; update a TLS library that fails on HelloRetryRequest.
    .user = Update the program, or let it use its default groups.
    .network = Nothing to do here: the network carries what it is given.

S14 = The server cannot sign with any algorithm that the client accepts, or signs with one it did not offer.
    .title = Signature algorithms do not meet
    .owner = Use a certificate and key that sign with SHA-256, and update firmware that cannot do PSS.
    .user = Update the program; avoid allowing SHA-1 again.
    .network = Nothing to do here: the network carries what it is given.

S15 = The server uses Diffie-Hellman parameters that current clients refuse as too small.
    .title = Diffie-Hellman parameters too small
    .owner = Use ECDHE alone, or parameters of at least 2048 bits.
    .user = Ask the owner to update; allow an exception for this server only.
    .network = Nothing to do here: the network carries what it is given.

S16 = The server does not support secure renegotiation, which current clients require.
    .title = Secure renegotiation not supported
    .owner = Update the TLS stack, or switch the extension on in the load balancer.
    .user = Ask the owner to update; allow an exception for this server only.
    .network = If a box on the way ends TLS and starts it anew, update it: it may be what removes the extension.

S17 = One side requires the extended master secret and the other does not use it.
    .title = Extended master secret required or inconsistent
    .owner = Update the TLS stack so that it supports the extension.
    .user = Update the program's TLS library.
    .network = Nothing to do here: the network carries what it is given.

S18 = The server has no certificate for the name that was asked for and rejects the handshake.
    .title = Unknown server name rejected
    .owner = Add the name to the server's configuration with a certificate for it.
    .user = Check the spelling of the name, and whether the site has moved to another server.
    .network = Nothing to do here: the network carries what it is given.

S19 = A reverse proxy connects to the server behind it without a server name and is rejected there.
    .title = Reverse proxy sends no server name upstream
    .owner = Let the proxy send the name of the server behind it.
    .user = Tell the owner that the site answers with 502 or 525.
    .network = Nothing to do here: the network carries what it is given.

S20 = Client and server share no application protocol, and the server ends the handshake for that.
    .title = No application protocol in common
    .owner = Let the server accept h2 and http/1.1.
    .user = Set the protocol the server speaks, or leave ALPN out.
    .network = Nothing to do here: the network carries what it is given.

S21 = The server requires a certificate from the client.
    .title = Client certificate required
    .owner = If everybody should get in, make the certificate optional or limit the demand to the paths that need it.
    .user = Give the program the certificate and key that the owner issued for you.
    .network = Nothing to do here: the network carries what it is given.

S22 = The server names so many authorities for client certificates that clients give up on the message.
    .title = List of client CAs too large
    .owner = Name only the authorities that issue client certificates.
    .user = Tell the owner that the request is too large for this program.
    .network = Nothing to do here: the network carries what it is given.

S23 = The server asks for a certificate only for some pages, in a way the client does not support.
    .title = Late client authentication not supported
    .owner = Ask for the certificate in the handshake, on a name of its own.
    .user = Use a program that supports it, or TLS 1.2.
    .network = Nothing to do here: the network carries what it is given.

S24 = The server has no usable certificate and key, or the two do not belong together.
    .title = Key or certificate missing or not matching
    .owner = Check that the files are readable and belong together, and reload.
    .user = Tell the owner that every handshake fails.
    .network = Nothing to do here: the network carries what it is given.

S25 = An ingress controller serves its built-in certificate because it has none for this name.
    .title = Ingress serves its fallback certificate
    .owner = Give the ingress a secret with a certificate for this host.
    .user = Do not go on; tell the owner.
    .network = Nothing to do here: the network carries what it is given.

S26 = The certificate was renewed on disk, but the server still serves the old one.
    .title = Renewed but not reloaded
    .owner = Reload the server after every renewal, by a hook.
    .user = Tell the owner that the served certificate is old.
    .network = Nothing to do here: the network carries what it is given.

S27 = The servers behind one name are not set up alike.
    .title = Members of a load balancer differ
    .owner = Bring all members to the same certificate and configuration.
    .user = Try again; another member may answer.
    .network = If you run the load balancer, take the member that differs out of it until it is set right.

S28 = Servers of one name cannot resume each other's sessions, or their ticket keys have expired.
    .title = Session ticket keys expired or not shared
    .owner = Share and rotate the ticket keys among all servers.
    .user = Switch session resumption off in the program.
    .network = Nothing to do here: the network carries what it is given.

S29 = The certificate demands a stapled OCSP response, and the server sends none or an old one.
    .title = OCSP staple missing or stale
    .owner = Fetch the response before serving, or use a certificate without must-staple.
    .user = Try again in a minute.
    .network = Nothing to do here: the network carries what it is given.

S30 = The server fails when the client sends data with its first flight.
    .title = Defect in 0-RTT
    .owner = Switch early data off.
    .user = Switch 0-RTT off in the program.
    .network = Nothing to do here: the network carries what it is given.

S31 = DNS offers keys for Encrypted Client Hello that the server does not hold.
    .title = ECH keys published but not held
    .owner = Withdraw the ech parameter from the HTTPS record, or give the server its keys.
    .user = Switch Encrypted Client Hello off in the program.
    .network = Nothing to do here: the network carries what it is given.

S32 = The server does not tolerate one element of the ClientHello that it should ignore.
    .title = Intolerance of one element of the hello
    .owner = Update the server's TLS stack or the box in front of it: unknown elements must be ignored.
    .user = Until then, switch that element off in the program if it allows it.
    .network = If a box on the way inspects TLS, update it: it must pass what it does not know.

S33 = The server expects the whole ClientHello in one TCP segment and waits for ever when it comes in two.
    .title = Server reads only the first segment of the hello
    .owner = Update the server: it must read until the message is whole.
    .user = Switch post-quantum key exchange off for now, which makes the hello small.
    .network = Nothing to do here: the network carries what it is given.

S34 = The server ends the connection after the hello without saying why, as allow lists, bans and rate limits do.
    .title = Closes without an alert
    .owner = Look for this client's address in allow lists, bans and limits, and send an alert instead of closing.
    .user = Ask the owner whether your address is allowed.
    .network = See whether a firewall or protection service on the way ends these connections.

S35 = A load balancer accepts the connection, but has no server to hand it to.
    .title = Backend down behind a TCP load balancer
    .owner = Start the backend, and let health checks take it out while it is down.
    .user = Try again later.
    .network = If you run the load balancer, let it check its backends and refuse connections while none is up.

S36 = A proxy or mesh speaks TLS to a backend that expects plaintext.
    .title = TLS spoken to a plaintext backend
    .owner = Let proxy and backend agree on TLS; check port names and destination rules.
    .user = Tell the owner that the site answers with 503.
    .network = Nothing to do here: the network carries what it is given.

S37 = The server process dies while it works on the handshake.
    .title = Process crashes during the handshake
    .owner = Look for a core dump or an out-of-memory line, and update the server.
    .user = Tell the owner the exact moment.
    .network = Nothing to do here: the network carries what it is given.

S38 = The server waits for a module or service that holds its key.
    .title = Key service slow or down
    .owner = Restore the key service, and give it a time limit and a spare.
    .user = Try again later.
    .network = Nothing to do here: the network carries what it is given.

S39 = The server's clock is wrong, so it rejects good client certificates.
    .title = Server's clock wrong
    .owner = Set the server's clock and keep it by NTP.
    .user = Tell the owner what time the server shows.
    .network = Nothing to do here: the network carries what it is given.

S40 = The server says that it could speak a newer version than was agreed: something in between changed the handshake, or the server's own TLS stack is at fault.
    .title = Downgrade sentinel
    .owner = Update the box in front of the server that changes the hello; if there is none, update the server's TLS library.
    .user = Try another network.
    .network = Update or remove the box that changes handshakes.

S41 = The server chooses a certificate that this client cannot use although it has another.
    .title = Defect in the choice of certificate
    .owner = Update the server; set certificates of both key types for every name.
    .user = Update the program.
    .network = Nothing to do here: the network carries what it is given.

S42 = The CA has a new key, and one component still uses certificates or roots of the old one.
    .title = CA rotated, component still uses the old one
    .owner = Restart what holds the old CA, and let both overlap next time.
    .user = Update the trusted CA file.
    .network = Nothing to do here: the network carries what it is given.

S43 = The errors in the log are health checks that connect and leave; no client fails.
    .title = Health checks without TLS
    .owner = Let the health checks speak TLS, or leave these lines out of the log.
    .user = Nothing to do here: no client is affected.
    .network = If you run the load balancer, set its health check to speak TLS.

S44 = A browser reuses a connection for another name that its certificate covers, and gets the wrong site.
    .title = Wrong virtual host by connection coalescing
    .owner = Answer 421, or use certificates that cover only the names of one server.
    .user = Open the page in a new browser session.
    .network = Nothing to do here: the network carries what it is given.

S45 = The database speaks TLS at once only with ALPN, or only after its own request for TLS.
    .title = Database with direct TLS and its demands
    .owner = Document whether direct TLS is offered; PostgreSQL 17 and later need ALPN for it.
    .user = Set sslnegotiation to what the server supports.
    .network = Nothing to do here: the network carries what it is given.
