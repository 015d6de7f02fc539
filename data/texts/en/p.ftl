# Causes on the way between client and server: what each one is, and what each side does about it.

P01 = The name does not lead to an address: it does not exist, has no address, or its zone does not answer correctly.
    .title = Name does not resolve
    .owner = Check that the name is registered, its zone is delegated to servers that answer, and it has an A or AAAA record. If it resolves only with checking disabled, repair the DNSSEC signatures or the DS record.
    .user = Check the spelling, then ask another resolver. For an internal name, connect to the network or VPN that knows it.
    .network = Check that this network's resolver reaches the zone's servers, and forward internal names to the servers that hold them.

P02 = A DNS question or its answer gets lost, and the resolver library asks again only after a fixed time, often five seconds.
    .title = DNS answer lost
    .owner = In a cluster, run a DNS cache on every node, so that questions do not pass through address translation.
    .user = Let the resolver library send its two questions from separate sockets, shorten its time limit, or name another resolver.
    .network = Look for lost UDP packets between clients and resolver: overload, a filter that drops one of the two answers, or a race in connection tracking.

P03 = A search list turns the name into a longer one, and a wildcard record answers that one with the address of a wrong host.
    .title = Search list leads to a wrong host
    .owner = Nothing to do here: the question was for another name than yours.
    .user = Write the name with a dot at its end, or lower ndots so that complete names are asked first.
    .network = Remove the wildcard record from the domain in the search list, or that domain from the search list.

P04 = Somebody on the way answers the DNS question with a false address or says that the name does not exist.
    .title = DNS answer falsified
    .owner = Sign the zone with DNSSEC, so that validating resolvers notice a false answer.
    .user = Use an encrypted resolver (DNS over HTTPS or TLS) that you trust, and compare its answer.
    .network = If the name is overridden on purpose, say so on a page at the address given; if not, look for the device that answers in the resolver's place.

P05 = This network wants a sign-in first, and until then its portal answers in the place of every server.
    .title = Captive portal
    .owner = Nothing to do here: the connection does not reach the server before the sign-in.
    .user = Open a page over plain HTTP, sign in at the portal and try again.
    .network = Announce the portal by DHCP or router advertisement (RFC 8910), and refuse HTTPS before the sign-in instead of answering it with a certificate of your own.

P06 = A proxy in this network opens TLS connections and shows its own certificates, and its root is not in this client's trust store.
    .title = TLS inspection, root not installed
    .owner = Nothing to do here: the server's own certificate does not arrive at this client.
    .user = Ask the network's administrators for the root certificate of the inspection, compare its fingerprint with theirs, and install it. If nobody there knows about it, use another network.
    .network = Distribute the inspection root to all machines and programs, and exempt hosts that must not be opened.

P07 = The inspection proxy of this network fails on its own connection to the server, and passes the failure on as a reset, a close or a certificate of its second CA.
    .title = Inspection proxy fails towards the server
    .owner = Check from outside that your chain is complete and that you share versions and algorithms with older TLS stacks.
    .user = Try from another network; if it works there, ask the administrators of the proxy to look into its log for this host.
    .network = Look into the proxy's log for this host: mostly an incomplete chain, an untrusted root or an outdated TLS version stops it. Correct the proxy, or exempt the host.

P08 = The certificates that the inspection proxy makes lack extensions that strict clients demand.
    .title = Malformed inspection certificate
    .owner = Nothing to do here: the server's own certificate does not arrive at this client.
    .user = Tell the administrators which extension is missing. Until they renew the CA, switch the strict check off for this program only.
    .network = Renew the proxy's CA with critical basic constraints, key usage and key identifiers, and let it write an authority key identifier into each certificate.

P09 = The HTTP proxy refuses to open a tunnel to this host.
    .title = Proxy refuses CONNECT
    .owner = Nothing to do here: the connection ends at the proxy.
    .user = For status 407 give the proxy your user name and password; for 403 ask its administrators to allow host and port; for 502 to 504 let them check whether the proxy reaches the host.
    .network = Allow CONNECT to this host and port in the proxy's rules, and check that the proxy itself can resolve and reach it.

P10 = A firewall silently drops the packets that would open the connection.
    .title = Firewall drops connection attempts
    .owner = Allow the port in the server's firewall and in the rules of its provider (security group, network policy), for IPv4 and IPv6.
    .user = Try from another network. If it works there, ask this network's administrators to open the port.
    .network = Allow connections to this port, and reject what is forbidden instead of dropping it, so that clients need not wait.

P11 = A firewall before the server answers the connection attempt with a reset, as if nothing were listening.
    .title = Firewall rejects with a reset
    .owner = Allow the port in the firewall in front of the server and in the rules of its provider, for IPv4 and IPv6.
    .user = Try from another network. If it works there, ask this network's administrators to open the port.
    .network = Allow connections to this port in the rule that resets them.

P12 = A router or firewall answers the connection attempt with an ICMP message that forbids it.
    .title = Firewall forbids by ICMP
    .owner = Allow the port in the firewall that sends the message, if it is one of yours; its address stands in the evidence.
    .user = Check your own routes and firewall first; if the message comes from elsewhere, ask the administrators of that router.
    .network = Allow the connection in the rule that rejects it, or correct the route that leads there.

P13 = A filter on the way reads the server name in the ClientHello and resets the connection.
    .title = Server name filtered, connection reset
    .owner = Offer the service under another name or behind a CDN, and publish Encrypted Client Hello, if your visitors need it.
    .user = Ask the administrators of the network to allow the name, or use another network or a VPN where that is lawful.
    .network = If the block is not intended, take the name or its category out of the filter.

P14 = A filter on the way reads the server name in the ClientHello and lets the connection fall silent.
    .title = Server name filtered, packets dropped
    .owner = Offer the service under another name or behind a CDN, and publish Encrypted Client Hello, if your visitors need it.
    .user = Ask the administrators of the network to allow the name, or use another network or a VPN where that is lawful.
    .network = If the block is not intended, take the name or its category out of the filter; if it is, reject instead of dropping.

P15 = A filter on the way reads the server name in the ClientHello and answers in the server's place with a close, an alert or a block page.
    .title = Server name filtered, answer injected
    .owner = Offer the service under another name or behind a CDN, and publish Encrypted Client Hello, if your visitors need it.
    .user = Read the block page, if there is one, for who blocks and why. Ask the administrators of the network to allow the name, or use another network or a VPN where that is lawful.
    .network = If the block is not intended, take the name or its category out of the filter.

P16 = The network blocks connections with Encrypted Client Hello, mostly by the public name that they show.
    .title = Encrypted Client Hello blocked
    .owner = If many visitors are affected, take the ech parameter out of the HTTPS record, or switch ECH off at the CDN.
    .user = Switch Encrypted Client Hello off in the browser, or use another network.
    .network = Let connections to the public name of ECH pass. To keep ECH away on a managed network, set it by policy in the browsers instead of breaking connections.

P17 = A device on the way expects the whole ClientHello in one packet and fails when it comes in two, as it does with post-quantum key exchange.
    .title = Device cannot read a ClientHello in two packets
    .owner = If the device is one of yours (firewall, load balancer, proxy), update its firmware.
    .user = Until the device is updated, switch post-quantum key exchange off in the program, so that the ClientHello fits into one packet.
    .network = Update the device that inspects TLS: it must join TCP segments and TLS records before it reads the ClientHello.

P18 = A device on the way trips over values in the ClientHello that are newer than itself, such as new groups or signature algorithms.
    .title = Device trips over new values
    .owner = If the device is one of yours (firewall, load balancer, proxy), update its firmware and signatures.
    .user = Until the device is updated, leave the new groups or signature algorithms out in the program.
    .network = Update the device's firmware and signatures: unknown values in a ClientHello must be ignored.

P19 = A device on the way does not understand TLS 1.3 and breaks or downgrades the handshake.
    .title = Device does not tolerate TLS 1.3
    .owner = If the device is one of yours, update it; do not switch TLS 1.3 off for everybody.
    .user = Use another network. If that is impossible, limit this one program to TLS 1.2 until the device is updated.
    .network = Update the device, or exempt this traffic from its TLS inspection.

P20 = A device on the way or in front of the server fails at ClientHello messages of certain lengths.
    .title = Device does not tolerate some lengths
    .owner = Update the load balancer in front of the server; old versions stumble over ClientHello messages of 256 to 511 octets.
    .user = Use a client that pads its ClientHello, as browsers do.
    .network = Update the device, or exempt this traffic from its TLS inspection.

P21 = Large packets from the client to the server disappear, because a router on the way drops them and its "packet too big" message does not come back.
    .title = Path MTU black hole towards the server
    .owner = Nothing to do here: the packets are lost before they reach the server.
    .user = Lower the MTU of the interface, or let the system probe for a smaller packet size by itself.
    .network = Let ICMP type 3 code 4 and ICMPv6 type 2 pass, and clamp the TCP maximum segment size where the MTU becomes smaller.

P22 = Large packets from the server to the client disappear, because a router on the way drops them and its "packet too big" message does not reach the server.
    .title = Path MTU black hole towards the client
    .owner = Let ICMP type 3 code 4 and ICMPv6 type 2 reach the server, also through load balancers and anycast, and switch on MTU probing.
    .user = Lower the MTU of the interface or of the router; then the server sends smaller packets as well.
    .network = Let ICMP type 3 code 4 and ICMPv6 type 2 pass, and clamp the TCP maximum segment size in both directions where the MTU becomes smaller.

P23 = A tunnel or overlay network carries smaller packets than the interface of the container or machine behind it believes.
    .title = Overlay with a smaller MTU
    .owner = If the server runs behind an overlay, set its MTU to that of the underlay minus the overhead of the encapsulation, the same on all nodes.
    .user = Give the container network or the tunnel an MTU that fits; the host itself works meanwhile.
    .network = Raise the MTU of the underlay, or clamp the TCP maximum segment size where traffic enters the tunnel.

P24 = On an IPv6 or NAT64 path fragments or "packet too big" messages get lost, so large packets never arrive.
    .title = Large packets lost on IPv6 or NAT64
    .owner = Let ICMPv6 type 2 reach the server, also through load balancers, and do not send segments that need fragmentation.
    .user = Prefer IPv4 until it is repaired, or lower the MTU to 1280.
    .network = Let ICMPv6 type 2 pass, send it from an address that can be reached, and clamp the maximum segment size at the translator.

P25 = A virtual network interface sends packets with wrong checksums, because it leaves their calculation to hardware that does not do it.
    .title = Wrong checksums from offloading
    .owner = If the server is a virtual machine or a container, switch checksum offloading off on its virtual interface and update kernel and network plug-in.
    .user = Switch checksum offloading off on the virtual interface of this machine, and update kernel and network plug-in.
    .network = Look at the receiver for packets with wrong checksums, and switch offloading off on the tunnel or bridge that they pass.

P26 = Address translation on the way takes a packet for invalid and passes it on untranslated, and the end that does not know it resets the connection.
    .title = Packet taken for invalid, then reset
    .owner = In a cluster, drop packets in state INVALID on the nodes instead of forwarding them.
    .user = Try again; the failure is rare and depends on load.
    .network = Drop packets in state INVALID before they leave untranslated, or let connection tracking be liberal about TCP windows.

P27 = The connection table of a firewall or address translator is full, so new connections are dropped while old ones go on.
    .title = Connection table full
    .owner = If it is the server's own table, enlarge it, shorten its time limits, or exempt the port from connection tracking.
    .user = Try again later, and reuse connections instead of opening many.
    .network = Enlarge the connection table, shorten the time limits of idle entries, and look for the source that fills it.

P28 = The address translator has no source port left for further connections to this destination.
    .title = Ports for address translation exhausted
    .owner = If you operate a service for many clients behind few addresses, keep connections open longer and offer more addresses.
    .user = Reuse connections and open fewer at once.
    .network = Give the address translator more public addresses or more ports for each client, and watch its metric of failed translations.

P29 = A client behind a load balancer is sent back to its own machine, and the answer takes another way than the question because the client's address was kept.
    .title = Load balancer leads back to the client
    .owner = Switch off preservation of the client's address for this target group, or use the PROXY protocol instead.
    .user = Reach the service by its internal address, not by the load balancer in front of yourself.
    .network = Switch off preservation of the client's address, or translate the source address of connections that return to their own machine.

P30 = Outgoing and returning packets take different ways, and a stateful firewall that sees only one direction blocks the connection.
    .title = Asymmetric routing through a firewall
    .owner = On a server with several interfaces, answer by the interface on which the question came, with a routing table for each.
    .user = Try from another network, and switch off a VPN that carries only a part of the traffic.
    .network = Make the routes symmetric, share the state among the firewalls, or exempt this traffic from the check of states.

P31 = Somewhere beyond the client the IPv6 path to this server is broken, while IPv4 works.
    .title = Broken IPv6 path
    .owner = Check the IPv6 route, firewall and listener of the server from outside, and withdraw the AAAA record until it works.
    .user = Use IPv4 for this host until the path is repaired.
    .network = Trace the path by IPv6 and report the place where it ends to its operator.

P32 = Packets get lost on the way at random, so some handshakes are slow and a few fail.
    .title = Packet loss
    .owner = Check the server's interface and uplink for errors and saturation.
    .user = Use a cable or move nearer to the access point, stop large transfers, and give the program a longer time limit.
    .network = Find the link with errors or full queues and repair or enlarge it.

P33 = A tunnel that carries the connection is down, such as a VPN or the tunnel of a cluster's control plane.
    .title = Tunnel down
    .owner = Restart the tunnel's pods or service, and check that its own keys and certificates have not expired.
    .user = Connect the VPN again, or wait until the tunnel is repaired.
    .network = Check both ends of the tunnel: the handshake, the routes through it and the firewall rule for it.

P34 = A rate limiter or protection against attacks refuses connections after a number of attempts and lets them through again later.
    .title = Rate limiter or attack protection
    .owner = Raise the limit, or count by something finer than the address when many clients share one.
    .user = Slow down, reuse connections and wait before you try again.
    .network = Tune thresholds of the scrubber or SYN proxy, and exempt known sources.

P35 = A filter at the server's edge refuses the address or the country that the connection comes from.
    .title = Address or country filtered
    .owner = Add the client's public address to the allowed ones, or remove it from the blocked ones (access list, security group, fail2ban, WAF).
    .user = Tell the owner your public address, or connect from an address that is allowed.
    .network = Check whether your public addresses stand on a block list, and see to it that clients leave by the addresses that partners have allowed.

P36 = A bot filter refuses this kind of client by the pattern of its ClientHello, whatever it asks for.
    .title = Client refused by its fingerprint
    .owner = Allow this client in the bot rule, or give programs an endpoint of their own with authentication.
    .user = Use the interface meant for programs, an up-to-date client, or ask the owner to allow yours.
    .network = If the filter is one of yours, allow the pattern of this client in it.

P37 = A device on the way cannot cope with a TCP option such as ECN, Fast Open, Multipath TCP or timestamps.
    .title = TCP option not tolerated
    .owner = If the device is one of yours, update it or let it pass unknown TCP options unchanged.
    .user = Switch the options off one by one until connections open, and keep only the guilty one off.
    .network = Update the device, and let it pass unknown TCP options unchanged instead of dropping packets.

P38 = A firewall or translator forgets the connection while the handshake waits, for example for the choice of a client certificate.
    .title = Connection forgotten during the handshake
    .owner = If the device is in front of your server, raise its time limit for idle connections.
    .user = Choose the certificate and enter the PIN quickly, or prepare both before you connect.
    .network = Raise the time limit for idle connections, and reset a connection that is removed so that its ends notice.

P39 = UDP port 443 is blocked, so QUIC gets no answer and clients fall back to TCP after a delay.
    .title = UDP port 443 blocked
    .owner = Open UDP port 443 in the server's firewall, or stop announcing HTTP/3 where it is not served.
    .user = Switch QUIC off in the browser if the delay disturbs you.
    .network = Open UDP port 443, or reject it with an ICMP message so that clients fall back at once.

P40 = A proxy on the way accepts TCP connections in the server's place, so an open connection does not prove that the server was reached.
    .title = Transparent TCP proxy
    .owner = Nothing to do here: the proxy belongs to the client's side of the path.
    .user = Compare with another network, and judge by the TLS answer, not by the open connection.
    .network = Let the proxy pass on what it meets at the server (refusal, silence, reset), or exempt TLS traffic from it.

P41 = A device on the way lets connections open and then loses or resets everything that begins TLS, whatever the server name.
    .title = TLS blocked on the way
    .owner = If the device is one of yours (firewall, intrusion prevention, load balancer), allow TLS to this port in it.
    .user = Try from another network. If it works there, ask this network's administrators to allow TLS to this host.
    .network = Find the device behind the hop that the evidence names, and allow TLS to this host and port in it, or reject connections when they are opened, so that clients need not wait.
