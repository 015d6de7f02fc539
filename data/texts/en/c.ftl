# Causes on the client's machine and in its programs: what each one is, and what each side does about it.

C01 = The clock of this machine is behind, so certificates that are already valid seem to begin in the future.
    .title = Clock behind
    .owner = Nothing to do here: the certificate is good. To spare visitors with slightly wrong clocks, put a new certificate into service no sooner than a day after it was issued.
    .user = Set the clock and the time zone and let the system keep the time by NTP. If the time is lost at every start, replace the battery on the mainboard.
    .network = Let NTP (UDP port 123) or the time source that this network prescribes be reached, and announce it by DHCP.

C02 = The clock of this machine is ahead, so certificates that are still valid seem to have expired.
    .title = Clock ahead
    .owner = Nothing to do here: the certificate is still valid.
    .user = Set the clock and the time zone and let the system keep the time by NTP. If the time is lost at every start, replace the battery on the mainboard.
    .network = Let NTP (UDP port 123) or the time source that this network prescribes be reached, and announce it by DHCP.

C03 = The clock of this machine jumps after a suspend, a snapshot or a start without a hardware clock, and until it is set again certificates seem not yet valid or expired.
    .title = Clock that jumps
    .owner = Nothing to do here: the certificate is good.
    .user = Set the time again after resuming the machine, and start programs that need TLS only after the time service reports that it is synchronised. Switch on the time synchronisation of the hypervisor.
    .network = Let NTP (UDP port 123) be reached early in the start of a machine, before anything that needs TLS.

C04 = This machine has no root certificates, so no public certificate can be trusted.
    .title = No trust store
    .owner = Nothing to do here: the chain is good. If you publish the container image in question, put the root certificates into it.
    .user = Install the package with the root certificates, or copy the bundle into the image that runs the program.
    .network = Nothing to do here: the root certificates are missing on the machine.

C05 = The root certificates of this machine are older than the root this chain leads to.
    .title = Outdated trust store
    .owner = If your CA offers a cross-signed intermediate that leads to an older root, serve it for as long as such clients matter.
    .user = Update the operating system's root certificates, and the bundle that the program brings with it. On a system without updates, install the missing root after comparing its fingerprint with the CA's own publication.
    .network = Nothing to do here: the root certificates of the machine are outdated.

C06 = The program brings its own list of root certificates and does not look at the one of the operating system, where the root is installed.
    .title = Program with its own trust store
    .owner = If a private CA is in use, document for each kind of program how its root is installed there.
    .user = Give the root to this program: by its environment variable, its own key store, or the option that makes it use the system's store.
    .network = Where this network's own CA is needed, distribute it also to the stores of Java, Node.js, Python and Firefox, not only to the operating system.

C07 = A variable or option names a file of root certificates that does not exist, cannot be read or holds no certificate.
    .title = Wrong path to the CA file
    .owner = Nothing to do here: the setting is wrong on the client's machine.
    .user = Correct the path or remove the variable, and see to it that the account that runs the program may read the file.
    .network = Nothing to do here: the setting is wrong on the client's machine.

C08 = An old library insists on a path through an expired cross-sign, although another path to a trusted root exists.
    .title = Old library follows an expired cross-sign
    .owner = Take the expired certificate out of the chain that you serve, or choose another chain at your CA.
    .user = Update the TLS library, or remove the expired root from the trust store so that the library has to take the other path.
    .network = Nothing to do here: chain and library meet only at the two ends.

C09 = The client speaks only TLS versions that the server has switched off.
    .title = Client too old
    .owner = Keep TLS 1.2 on beside TLS 1.3. Do not bring older versions back for one client; give it an endpoint of its own if you must.
    .user = Update the program, its TLS library or the operating system, so that it speaks TLS 1.2 or newer.
    .network = Nothing to do here: the two ends share no version.

C10 = The client does not say which name it wants, and a server with several names cannot choose the right certificate.
    .title = Client sends no server name
    .owner = Give the listener a default certificate that suits clients without a server name, if you still want to serve them.
    .user = Connect by name, not by address, and use a program that sends the server name (SNI); set the option for it where it is off.
    .network = If a load balancer or proxy opens the connection, switch on sending of the server name to the server behind it.

C11 = A security policy on the client's machine rules out what the server offers.
    .title = Client's policy refuses the offer
    .owner = Offer what current policies allow: TLS 1.2 or newer with the extended master secret, ECDHE, RSA keys of 2048 bits or P-256, and signatures with SHA-256.
    .user = Find out which rule refuses: security level, system-wide crypto policy, FIPS mode or Java's list of disabled algorithms. Until the server is corrected, make an exception for this one connection only.
    .network = Nothing to do here: a policy of the client and an offer of the server exclude each other.

C12 = An update of the client's runtime removed old algorithms, and the server has nothing newer.
    .title = Update removed old algorithms
    .owner = Switch on TLS 1.2 and TLS 1.3 with ECDHE and AES-GCM, so that no client needs the RSA key exchange, 3DES or TLS 1.0.
    .user = Until the server is updated, switch the old algorithm on again for this one program, or stay with the former version for a while.
    .network = Nothing to do here: the two ends share no algorithm.

C13 = A newer version of the client's library checks certificates more strictly and refuses one that older versions accepted.
    .title = Stricter certificate checks
    .owner = Have the faulty certificate issued again in the form that RFC 5280 demands; with your own CA, renew its root and intermediates as well.
    .user = Ask the owner for a corrected certificate. Until then switch the strict check off for this one connection, and never switch verification off altogether.
    .network = If the certificate comes from an inspection proxy of this network, renew that proxy's CA with correct extensions.

C14 = Antivirus software on this machine opens TLS connections, and its own certificate or its own handshake causes the failure.
    .title = Antivirus scans HTTPS
    .owner = Nothing to do here: the server's own certificate does not arrive at the client.
    .user = Switch off the scanning of encrypted connections in the antivirus software, or repair or reinstall it so that its root is in the trust store.
    .network = If the antivirus software is managed centrally, exempt this site or switch the scanning of encrypted connections off in its policy.

C15 = A filter, parental control or adware on this machine opens or breaks TLS connections.
    .title = Filter or adware on the machine
    .owner = Nothing to do here: the server's own certificate does not arrive at the client.
    .user = Identify the program by the issuer of the certificate you get. Remove it together with its root certificate if it is unwanted, or allow the site in it; then check the machine for malware.
    .network = Nothing to do here: the interference happens inside the client's machine.

C16 = A firewall or security agent on this machine blocks the connection or resets it before it leaves.
    .title = Local firewall or agent blocks
    .owner = Nothing to do here: the connection does not reach the server.
    .user = Try another program, another account or another machine in the same network; if those work, allow this program in the firewall or security agent.
    .network = If the agent is managed centrally, look for the blocked program in its log and allow it in the policy.

C17 = A proxy setting on this machine is wrong: it sends the connection to the wrong place, or past the proxy that this network requires.
    .title = Wrong proxy setting
    .owner = Nothing to do here: the connection does not reach the server as intended.
    .user = Correct the proxy variables and the system's proxy setting. The address of the proxy begins with http:// almost always, also for HTTPS; hosts that are reached directly belong into no_proxy.
    .network = Announce the right proxy by the configuration file or policy in use, and keep an old proxy address alive until nobody uses it.

C18 = The client certificate is missing, expired, not meant for client authentication, or from an issuer that the server does not accept.
    .title = Client certificate missing or wrong
    .owner = Write the reason for each refusal and the certificate's subject into the log, and tell users which issuer you accept. Check that your list of accepted CAs is complete and its CRL is fresh.
    .user = Use a certificate that is valid now, allows clientAuth and comes from the issuer that the server names. Send its intermediates with it, and check that key and certificate belong together.
    .network = If a proxy opens TLS connections on the way, exempt this host: a client certificate cannot pass through it.

C19 = The key of the client certificate cannot be used: a token is absent, a PIN is waited for, or access to the key is denied.
    .title = Client key unusable
    .owner = Nothing to do here: the server waits for the client.
    .user = Insert the token and enter the PIN, give the account that runs the program access to the key, or import certificate and key again.
    .network = Nothing to do here: the key fails on the client's machine.

C20 = The program or the DNS remembers a fixed key for this server, and the key that the server shows is another one.
    .title = Pinned key does not match
    .owner = Publish the next key as a backup pin or TLSA record before you use it, and leave the old one in place until all copies have run out.
    .user = Update the program. If other networks show another key, a proxy is opening the connection here.
    .network = Exempt hosts with pinned keys from TLS inspection: their programs will never accept another certificate.

C21 = One TLS connection is used by several processes or threads at once, so records get mixed up and cannot be decrypted.
    .title = Connection shared between processes
    .owner = Nothing to do here: the client mixes up its own records.
    .user = Open a separate connection in each process. Close or discard the connection pool after a fork, and guard a connection used by several threads with a lock.
    .network = Nothing to do here: the records are mixed up before they leave the client.

C22 = The program waits for random numbers before it sends its first message, mostly early after the start of a machine.
    .title = Waiting for randomness
    .owner = Nothing to do here: the client has not spoken yet.
    .user = Give the virtual machine a source of randomness such as virtio-rng, or run a jitter entropy daemon; use a current kernel, and start the program later.
    .network = Nothing to do here: the client has not spoken yet.

C23 = The program gives each address less time than a round trip to the server needs, so every attempt is abandoned too early.
    .title = Too little time for each address
    .owner = Bring the service nearer to its users, and withdraw addresses that do not answer.
    .user = Raise the time for each address in the program or switch the address race off.
    .network = Look for what makes the round trip so long, and repair the address family that does not answer.

C24 = The program's time limit is shorter than a handshake takes on this path.
    .title = Time limit too short
    .owner = Make the handshake quicker: a short chain, session resumption, enough processors, a point of presence nearer to the users.
    .user = Raise the program's limit for connecting and for the TLS handshake, and look for what is slow in the timeline.
    .network = Look for loss, long detours or an inspection that takes time on this path.

C25 = The port speaks another protocol than the client expects: plain text, another service, or TLS only after STARTTLS.
    .title = Wrong port or protocol
    .owner = Say in the documentation which port speaks what, and redirect plain HTTP to HTTPS.
    .user = Use the port for TLS, or the STARTTLS mode of that protocol; for a server without TLS use the plain scheme.
    .network = Check that a port forwarding or load balancer rule leads to the port it should.

C26 = The first connection works but a resumed one fails, because the client offers a session that is no longer good or handles resumption wrongly.
    .title = Session resumption fails at the client
    .owner = Rotate ticket keys with an overlap and share them among all servers; fall back to a full handshake for a ticket you do not know, and never abort.
    .user = Update the TLS library, or switch session tickets off in it until then.
    .network = Nothing to do here: the session is kept at the two ends.

C27 = The client uses an outdated key for Encrypted Client Hello, so the server answers with the certificate of its public name.
    .title = Outdated ECH key
    .owner = Keep old ECH keys for longer than the HTTPS record may be cached, and let the server send fresh retry configurations.
    .user = Empty the DNS cache and restart the program. If it goes on, switch Encrypted Client Hello off for the moment.
    .network = Let resolvers respect the lifetime of HTTPS records.

C28 = The client wants to know whether the certificate is revoked and cannot reach the CA's service for it.
    .title = Revocation service unreachable
    .owner = Staple an OCSP response where your CA offers one, so that clients need not ask the CA themselves.
    .user = Allow access to the OCSP and CRL addresses that stand in the certificate; they are reached over plain HTTP. Leave out the check for a single request at most.
    .network = Allow plain HTTP on port 80 to the OCSP and CRL addresses of the CAs, also for machines without a proxy and without a signed-in user.

C29 = This machine holds an outdated or wrong address for the name, so the client talks to another server.
    .title = Wrong or outdated address
    .owner = Lower the lifetime of the DNS records before a move, and keep the old server running until the old answers have run out.
    .user = Remove the entry from the hosts file, empty the DNS caches of system and program, and restart programs that remember addresses for ever.
    .network = Empty the cache of the resolver, and correct names that it overrides locally.

C30 = The machine has no free local port or no free file descriptor left for a new connection.
    .title = Local ports or descriptors exhausted
    .owner = Nothing to do here: the connection is never opened.
    .user = Reuse connections instead of opening new ones, close what is no longer needed, and raise the range of local ports or the limit of open files.
    .network = Nothing to do here: the connection is never opened.

C31 = IPv6 does not work on this machine or in its network, yet the client tries it first.
    .title = Broken IPv6 at the client
    .owner = Check that the service answers at its IPv6 address from elsewhere; if it does not, correct it or withdraw the AAAA record.
    .user = Repair IPv6 at the router, or prefer IPv4 until it works.
    .network = Announce IPv6 by router advertisement only where it leads to the internet, and answer failing packets with ICMPv6 errors so that clients switch at once.

C32 = The client's TLS library has a defect that shows in a rare part of the protocol, such as resumption, a second ClientHello or renegotiation.
    .title = Defect in the client's library
    .owner = Nothing to do here: other libraries connect to the server without trouble.
    .user = Update the library. Until then avoid the feature that triggers it, for example session resumption, or use a program with another library.
    .network = Nothing to do here: other libraries pass the same path without trouble.
