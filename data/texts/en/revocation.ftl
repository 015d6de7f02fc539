# Revocation and stapled answers: what was seen, what to measure next.

seen-X19-ocsp = The CA { $issuer } revoked the certificate of { $subject } on { $date } ({ $reason }), as its OCSP responder { $url } says. { $heeded ->
    [none] No client asked about here checks that by default; others refuse the certificate.
   *[some] Clients that check refuse it; the others go on without a word.
}
seen-X19-list = The CA { $issuer } revoked the certificate of { $subject } on { $date } ({ $reason }), as its revocation list { $url } says. { $heeded ->
    [none] No client asked about here reads that list by default; others refuse the certificate.
   *[some] Clients that check refuse it; the others go on without a word.
}
seen-X19-staple = The CA { $issuer } revoked the certificate of { $subject } on { $date } ({ $reason }), as the OCSP response says that the server itself staples. { $heeded ->
    [none] No client asked about here minds it.
   *[some] Clients that read it refuse the certificate; the others go on without a word.
}
seen-X19-unknown = The CA's OCSP responder { $url } does not know the certificate of { $subject }.
seen-X20 = The certificate of { $subject } demands a stapled OCSP response, and the server sent none on any of { $without ->
    [one] one connection
   *[other] { $without } connections
} that asked for it.
seen-S29-some = The certificate of { $subject } demands a stapled OCSP response; the server sent one on { $with } of the connections that asked for it and none on { $without }: it fetches the response only after a client has asked, or not on all its members.
seen-S29-stale = The OCSP response that the server staples to the certificate of { $subject } was good only until { $what }.
seen-S29-early = The OCSP response that the server staples to the certificate of { $subject } is good only from { $what } on.
seen-S29-unknown = The OCSP response that the server staples says that the CA does not know the certificate of { $subject }.
seen-S29-other = The OCSP response that the server staples is not about the certificate of { $subject } but about another ({ $what }).
seen-S29-signer = The OCSP response that the server staples to the certificate of { $subject } is signed by { $what }, which the CA did not charge with it.
seen-S29-signature = The OCSP response that the server staples to the certificate of { $subject } bears a signature that does not verify.
seen-S29-unsuccessful = The OCSP response that the server staples to the certificate of { $subject } is only an error of the responder ({ $what }).
seen-S29-malformed = What the server staples to the certificate of { $subject } is no OCSP response that can be read ({ $what }).
seen-C28-ocsp = The OCSP responder { $url } gave no usable answer ({ $why }); clients that insist on one do not go on.
seen-C28-list = The revocation list { $url } is of no use ({ $why }); clients that insist on one do not go on.

next-responder = Ask the responder { $url } again with the issuer's certificate at hand; if it still does not know the certificate, ask the CA:
next-online = The responder of the CA would decide; examine again without --offline:
