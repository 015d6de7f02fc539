# Causes in the certificate and its chain: what each is, and what each party does.

X01 = The server's certificate has expired.
    .title = Certificate expired
    .owner = Renew the certificate, reload the server, and automate the renewal.
    .user = Wait for the owner; do not go on if anything of value is at stake.
    .network = Nothing to do here: the network carries what it is given.

X02 = The server's certificate becomes valid only in the future.
    .title = Certificate not yet valid
    .owner = Serve the old certificate until the new one begins, or have it issued again.
    .user = Wait for the owner, after checking your own clock.
    .network = Nothing to do here: the network carries what it is given.

X03 = The certificate covers the name with www or without it, but not the one that was asked for.
    .title = Name with or without www missing
    .owner = Have the certificate issued for both names.
    .user = Use the other form of the name.
    .network = Nothing to do here: the network carries what it is given.

X04 = The certificate's wildcard stands for one label and does not reach the name that was asked for.
    .title = Wildcard covers one label only
    .owner = Add the name, or a wildcard one level deeper, to the certificate.
    .user = Tell the owner which name is missing.
    .network = Nothing to do here: the network carries what it is given.

X05 = The server answers with the certificate of another site.
    .title = Another site's certificate
    .owner = Bind the name to its own certificate on this server or delivery network.
    .user = Check the name; do not go on.
    .network = Nothing to do here: the network carries what it is given.

X06 = The certificate has its name only in the common name, which clients no longer read.
    .title = Name only in the common name
    .owner = Have the certificate issued again with a subject alternative name.
    .user = Tell the owner; do not switch name checking off.
    .network = Nothing to do here: the network carries what it is given.

X07 = The target is an address, and the certificate does not list it.
    .title = Address not in the certificate
    .owner = Add the address to the subject alternative names, or publish a name.
    .user = Use the name instead of the address.
    .network = Nothing to do here: the network carries what it is given.

X08 = The name has international letters, an underscore or a final dot that the certificate's form does not match.
    .title = Name in an unusual written form
    .owner = Use the A-label form in the certificate, and names without an underscore.
    .user = Write the name in its plain form, without a final dot.
    .network = Nothing to do here: the network carries what it is given.

X09 = The server's certificate is signed with its own key, so nobody vouches for it.
    .title = Self-signed certificate
    .owner = Get a certificate from a public CA, or from your own CA if all clients know it.
    .user = Do not go on unless the owner confirms the fingerprint another way.
    .network = Nothing to do here: the network carries what it is given.

X10 = The certificate comes from a CA that this machine does not trust.
    .title = Private CA whose root is not installed
    .owner = Use a public CA for public names, or distribute the root to all clients.
    .user = If the CA is your organisation's, install its root; otherwise do not go on.
    .network = If the network inspects TLS, distribute its root to all machines.

X11 = The server sends its own certificate without the intermediate certificate that links it to a trusted root.
    .title = Missing intermediate certificate
    .owner = Serve the whole chain: the server's certificate first, then the intermediates, without the root.
    .user = Nothing to install: some browsers fetch the missing certificate, other programs cannot; tell the owner.
    .network = Nothing to do here: the network carries what it is given.

X12 = The server sends its certificates in the wrong order, twice, or with some that do not belong.
    .title = Chain in the wrong order or with extras
    .owner = Send each certificate once, each followed by its issuer.
    .user = Nothing to do here unless the program is strict about the order.
    .network = Nothing to do here: the network carries what it is given.

X13 = A certificate of the chain other than the server's has expired.
    .title = Expired intermediate or cross-sign
    .owner = Replace the chain by the one the CA gives out now.
    .user = Update the program: newer ones find another path where there is one.
    .network = Nothing to do here: the network carries what it is given.

X14 = A root programme has withdrawn its trust from the CA, for all certificates or from a date on.
    .title = Root distrusted by a root programme
    .owner = Move to another CA.
    .user = Nothing to do here: the owner has to change the CA.
    .network = Nothing to do here: the network carries what it is given.

X15 = The root was removed from the operating system's bundle by an update.
    .title = Root dropped from the system's bundle
    .owner = Move to a CA that all bundles hold.
    .user = Compare the bundle with the one before the update.
    .network = Nothing to do here: the network carries what it is given.

X16 = A certificate of the chain is signed with SHA-1 or MD5.
    .title = Weak signature
    .owner = Have the certificate issued again with SHA-256.
    .user = Nothing to do here: the owner has to replace the certificate.
    .network = Nothing to do here: the network carries what it is given.

X17 = The certificate's key is smaller than clients accept.
    .title = Key too small
    .owner = Make a new key: ECDSA P-256, or RSA with at least 2048 bits.
    .user = Nothing to do here: the owner has to replace the key.
    .network = Nothing to do here: the network carries what it is given.

X18 = The certificate's key is known to be weak or public.
    .title = Known weak key
    .owner = Revoke the certificate and make a new key on a sound machine.
    .user = Do not go on.
    .network = Nothing to do here: the network carries what it is given.

X19 = The CA has revoked the certificate.
    .title = Certificate revoked
    .owner = Get a new certificate, with a new key if the old one was exposed.
    .user = Do not go on.
    .network = Nothing to do here: the network carries what it is given.

X20 = The certificate demands a stapled OCSP response, and none comes with it.
    .title = Must-staple without a staple
    .owner = Switch stapling on, or get a certificate without must-staple.
    .user = Try again in a minute.
    .network = Nothing to do here: the network carries what it is given.

X21 = The certificate does not show that it was logged in enough transparency logs.
    .title = Too few transparency timestamps
    .owner = Have the certificate issued again by a CA that logs it.
    .user = Nothing to do here: the owner has to replace the certificate.
    .network = Nothing to do here: the network carries what it is given.

X22 = The certificate is valid for longer than clients allow.
    .title = Validity too long
    .owner = Have a certificate issued that is valid for a shorter time.
    .user = Nothing to do here: the owner has to replace the certificate.
    .network = Nothing to do here: the network carries what it is given.

X23 = The certificate or its issuer is not allowed to be used for this purpose.
    .title = Certificate for another purpose
    .owner = Have it issued with the purpose that is needed: server or client authentication.
    .user = Nothing to do here: the owner has to replace the certificate.
    .network = Nothing to do here: the network carries what it is given.

X24 = A certificate of the chain is not allowed to issue others, or not at this depth.
    .title = Issuer is not allowed to issue
    .owner = Have the issuing CA's certificate made again with the right constraints.
    .user = Nothing to do here: the owner has to replace the chain.
    .network = Nothing to do here: the network carries what it is given.

X25 = The server uses a CA certificate as its own, or the CA's certificate is of version 1.
    .title = CA certificate used as the server's own
    .owner = Have a certificate for the server issued by the CA.
    .user = Nothing to do here: the owner has to replace the certificate.
    .network = Nothing to do here: the network carries what it is given.

X26 = The CA is not allowed to issue for this name.
    .title = Name outside the CA's constraints
    .owner = Have the certificate issued by a CA that may.
    .user = Nothing to do here: the owner has to replace the certificate.
    .network = Nothing to do here: the network carries what it is given.

X27 = A certificate has a critical extension that clients do not know and therefore must refuse.
    .title = Unknown critical extension
    .owner = Have it issued without the extension, or with the extension not critical.
    .user = Nothing to do here: the owner has to replace the certificate.
    .network = Nothing to do here: the network carries what it is given.

X28 = A certificate breaks a rule of its format that strict clients insist on.
    .title = Malformed certificate
    .owner = Have it issued again by software that keeps to RFC 5280.
    .user = Nothing to do here: the owner has to replace the certificate.
    .network = If a box that inspects TLS made the certificate, have its CA and its certificates made again.

X29 = Two different certificates have the same issuer and serial number.
    .title = Issuer and serial number used twice
    .owner = Give every certificate a serial number of its own.
    .user = Delete the stored certificate in the program.
    .network = If a box that inspects TLS made the certificates, let it use a new serial number for each.

X30 = A CA with the expected name is trusted, but its key is not the one that signed.
    .title = Same CA name, other key
    .owner = Distribute the new CA certificate, and give a new key a new name.
    .user = Update the trusted CA file.
    .network = Nothing to do here: the network carries what it is given.

X31 = The certificate's key or signature is of a type that this client does not support.
    .title = Key or signature type not supported
    .owner = Serve an ECDSA P-256 or RSA certificate as well.
    .user = Update the program.
    .network = Nothing to do here: the network carries what it is given.

X32 = The certificates take so many octets that handshakes become slow or fail.
    .title = Chain very large
    .owner = Send only what is needed, and use ECDSA.
    .user = Nothing to do here: the owner has to trim the chain.
    .network = Nothing to do here: the network carries what it is given.

X33 = The server checks client certificates against a revocation list that has expired or is missing.
    .title = CRL for client certificates expired or missing
    .owner = Refresh the list before it expires.
    .user = Tell the owner that good client certificates are refused.
    .network = Nothing to do here: the network carries what it is given.

X34 = The TLSA record in DNS does not match the certificate that is served.
    .title = DANE record does not match
    .owner = Publish the record for the new key before serving it.
    .user = Tell the owner; mail is held back meanwhile.
    .network = Nothing to do here: the network carries what it is given.

X35 = The certificate was issued by the test environment of a CA.
    .title = Certificate from a test CA
    .owner = Order it from the CA's production environment.
    .user = Do not install the test root; tell the owner.
    .network = Nothing to do here: the network carries what it is given.

X36 = The domain has expired and its registrar answers in its place.
    .title = Domain expired or parked
    .owner = Renew the domain.
    .user = Wait for the owner.
    .network = Nothing to do here: the network carries what it is given.

X37 = Browsers block this key or CA because it was compromised or is used to intercept connections.
    .title = Key blocked by browsers
    .owner = Make a new key and have the certificate issued again.
    .user = Remove the software that installed this CA.
    .network = See whether the network intercepts TLS with this CA.
