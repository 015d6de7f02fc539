# What stands in the certificates: signatures, keys, dates, encoding, size.

seen-X16 = The certificate of { $subject } is signed by { $issuer } with { $algorithm }, whose hash can be forged.
seen-X17 = The key of { $subject } is too small: { $key }.
seen-X18-known = The private key of { $subject } is public: it is { $name } of { $source }.
seen-X18-roca = The key of { $subject } was made by a faulty chip (ROCA, CVE-2017-15361): its private key can be computed.
seen-X18-factor = The key of { $subject } is divisible by { $factor }: its private key can be computed.
seen-X18-exponent = The public exponent of the key of { $subject } is 1 or even, so that it protects nothing.
seen-X22 = The certificate of { $subject } is valid for { $days } days; issued on its day it may be for { $allowed }.
seen-X28-algorithms = The certificate of { $subject } names one signature algorithm outside and another in what is signed.
seen-X28-boolean = The certificate of { $subject } writes true as another octet than ff.
seen-X28-duplicate = The certificate of { $subject } has the same extension twice.
seen-X28-name = The certificate of { $subject } has an alternative name that is not what its kind demands.
seen-X28-negative-serial = The serial number of the certificate of { $subject } is negative.
seen-X28-no-seconds = A date in the certificate of { $subject } has no seconds.
seen-X28-time = A date in the certificate of { $subject } has an offset from UTC or a fraction of a second.
seen-X28-version = The certificate of { $subject } has extensions and does not say that it is of version 3.
seen-X31 = The certificate of { $subject } has a key of type { $key }, which signs with { $scheme }, and that is not offered.
seen-X31-signature = The certificate of { $subject } is signed by { $issuer } with { $algorithm }, which not every client knows.
seen-X32-number = The server sends { $number } certificates, more than some clients read.
seen-X32-octets = The server sends { $octets } octets of certificates, more than some clients read.
seen-X35 = The certificate of { $subject } comes from { $issuer }, a test environment that nobody trusts.

# C11, C13: what a client's own setting makes of it.
strict-fault = { $fault ->
    [X17] its key is shorter than { $client } takes
    [no-authority-key-id] it does not name its issuer's key (authorityKeyIdentifier)
    [no-subject-key-id] it is a CA's and does not name its key (subjectKeyIdentifier)
    [no-key-usage] it is a CA's and has no keyUsage
    [signing-but-no-ca] it may sign certificates (keyCertSign) and is no CA's
    [alternative-names] its subjectAltName is empty, or not critical though there is no subject
    [basic-constraints-not-critical] it is a CA's and its basicConstraints are not critical
    [path-length-but-no-ca] it has a path length and is no CA's
    [extensions-before-version3] it has extensions and does not say that it is of version 3
   *[other] { $fault }
}
seen-C11 = { $host } refuses { $client }, and takes { $lenient }: the policy ({ $setting }) leaves nothing to agree on.
seen-C11-certificate = { $client } refuses the certificate of { $subject } because of its policy ({ $setting }), and { $lenient } does not: { strict-fault }.
seen-C11-dh = { $client } refuses a Diffie-Hellman prime of { $bits } bits because of its policy ({ $setting }); { $lenient } does not.
seen-C13 = { $client } checks certificates more strictly ({ $setting }) than { $lenient }, and refuses that of { $subject }: { strict-fault }.
seen-C13-passed = Clients that check certificates strictly, Python 3.13 among them, refuse that of { $subject }: { strict-fault }.

# X14, X15, X37: who is trusted no longer.
seen-X14 = { $stores } no longer trusts { $name }, over which the certificate of { $subject } leads ({ $source }).
seen-X14-after = { $stores } trusts { $name } only for certificates from before { $after }; that of { $subject } is of { $date } ({ $source }).
seen-X15 = { $root }, the root of the chain, is in { $former } and no longer in { $store }: it was dropped from the bundle.
seen-X37 = { $stores } blocks the key of { $name }, over which the certificate of { $subject } leads ({ $source }).
flip-bundle = { $former } instead of { $store }
