# The program's own words: help, errors, and the headings and labels of a report.

ui-error = error
ui-hint = hint

ui-about-tlsmedic = Finds out why a TLS handshake fails, proves it, and says what to do.
ui-about-diagnose = Find out why a target fails, or whether it works
ui-about-replay = The verdict again, from a saved report
ui-about-fix = Repair: prints, and writes only with --write
ui-about-chain = Complete and order the certificates of a server's PEM file
ui-about-lab = Broken servers to practise on
ui-about-list = List the scenarios
ui-about-run = Start a scenario and keep it until Ctrl-C

ui-help-usage = Usage
ui-help-arguments = Arguments
ui-help-options = Options
ui-help-commands = Commands
ui-help-command = COMMAND
ui-help-options-word = OPTIONS
ui-help-help = Print help
ui-help-version = Print version
ui-help-lang = Language: en or it [default: the locale's]
ui-help-format = text for people, json for programs, one report per line [default: text]
ui-help-targets = host, host:port, [v6]:port, a URL (https://, smtp://, postgres:// …), lab:ID or lab:ID/healthy
ui-help-connect = Connect to this address instead of the name's
ui-help-server-name = Send this server name, and look for it in the certificate; none sends none
ui-help-starttls = Begin in plaintext: smtp, lmtp, imap, pop3, ftp, nntp, sieve, xmpp, ldap, postgres, mysql, irc
ui-help-ca-file = Trust these root certificates instead of the system's
ui-help-client-cert = Client certificate, with its chain
ui-help-client-key = The client certificate's key [default: in the certificate's file]
ui-help-client = The client that decides: chrome, firefox, openssl3, java17, go … [default: all of these]
ui-help-proxy = Go through this proxy: http, https, socks5, socks5h; fetches do not [default: https_proxy, all_proxy]
ui-help-resolver = Ask this DNS server; repeatable [default: the system's]
ui-help-tls-min = Offer no older version: 1.0, 1.1, 1.2, 1.3
ui-help-tls-max = Offer no newer version
ui-help-ciphers = Offer these cipher suites, by IANA or OpenSSL name
ui-help-groups = Offer these key exchange groups
ui-help-sigalgs = Offer these signature schemes
ui-help-alpn = Offer these ALPN protocols; none sends no extension
ui-help-ipv4 = IPv4 only
ui-help-ipv6 = IPv6 only
ui-help-all-addresses = Examine every address, not only the first six, and each several times
ui-help-former-ca-file = Root certificates that were trusted before, to compare with
ui-help-distrusted = CAs and keys that are distrusted, beside those known here
ui-help-deployed = What the server should serve; tells whether it was reloaded
ui-help-timeout = What the client would wait, in seconds [default: 10]
ui-help-time-source = Compare this machine's clock with this SNTP server; repeatable
ui-help-control = Ask this host for the date over plain HTTP; repeatable
ui-help-offline = Contact nobody but the target and what the options name
ui-help-no-kernel-facts = Ask the kernel nothing about a connection, as where it cannot be asked
ui-help-load = Also make up to 50 handshakes a second and 32 at once, to find where the server gets slow
ui-help-load-max = At most so many at once and in a second, with --load
ui-help-redact = Replace names and addresses, for sharing; such a report cannot be judged again
ui-help-file = A report in JSON, or several as JSON Lines; - reads standard input
ui-help-id = A scenario of "tlsmedic lab list"; with /healthy its twin without the fault
ui-help-show-arguments = Print the arguments of "tlsmedic diagnose" one per line, unquoted
ui-help-net = A network that fails, in network namespaces; needs root and /dev/net/tun
ui-help-healthy = The twin without the fault, as ID/healthy
ui-help-program = With --net: what to run as nobody where the client is; {"{}"} stands for the arguments of "tlsmedic diagnose"
ui-help-chain = The server's certificate with its chain, in PEM or DER; - reads standard input
ui-help-write = Replace the file, and keep the old one beside it
ui-help-alone = Fetch nothing from the addresses in the certificates

ui-hint-help = --help lists commands and options
ui-hint-nearest = did you mean { $nearest }?
ui-hint-known = known: { $known }
ui-hint-target = a target is host, host:port, [IPv6]:port, a URL such as https://example.com, or lab:ID
ui-hint-brackets = an IPv6 address with a port is written [2001:db8::1]:443
ui-hint-port = a port is a number from 1 to 65535
ui-hint-proxy = a proxy is [SCHEME://][USER[:PASSWORD]@]HOST[:PORT], such as http://proxy.example.net:3128
ui-hint-proxy-source = this is the proxy that { $source } names, such as http://proxy.example.net:3128
ui-hint-scheme = for a service without its own scheme, name host:port
ui-hint-plain-scheme = did you mean { $scheme }://?
ui-hint-starttls = known: { $known }
ui-hint-not-address = give an IP address, with :PORT where needed
ui-hint-timeout = a number of seconds above 0 and up to 3600, such as 2.5
ui-hint-load-max = a whole number from 1 to { $most }
ui-hint-load-targets = run it again for each of the others
ui-hint-load-proxy = with --proxy none, from where the target can be reached directly
ui-hint-file-der = openssl x509 -inform DER -in { $path } -out ca.pem converts it
ui-hint-no-certificate = a certificate in PEM begins with -----BEGIN CERTIFICATE-----
ui-hint-no-file = a relative path begins in the folder where the command is run
ui-hint-pem = a PEM file is text between -----BEGIN …----- and -----END …-----
ui-hint-no-key = name the key with --client-key
ui-hint-no-client-certificate = name the certificate with --client-cert
ui-hint-key-file = a key in PEM begins with -----BEGIN PRIVATE KEY-----, RSA PRIVATE KEY or EC PRIVATE KEY
ui-hint-file-pkcs12 = openssl pkcs12 -nodes -in { $path } -out ca.pem converts it
ui-hint-file-utf16 = save it as UTF-8
ui-hint-key-encrypted = openssl pkey -in { $path } -out key.pem decrypts it
ui-hint-key-mismatch = openssl x509 -noout -pubkey and openssl pkey -pubout print the same for a pair
ui-hint-replay = save a report with: tlsmedic diagnose TARGET --format json > report.json
ui-hint-scenario = "tlsmedic lab list" shows the scenarios
ui-hint-with-net = it is a network: tlsmedic lab run --net { $id }
ui-hint-without-net = it is no network: tlsmedic lab run { $id }
ui-hint-program = it runs as nobody, who must be able to find and read it; a full path helps
ui-hint-net = root may stage networks, where /dev/net/tun is there: sudo tlsmedic lab run --net ID
ui-hint-write-der = tlsmedic fix chain { $path } > repaired-chain.pem writes PEM beside it
ui-hint-not-written = without --write, the chain is printed: tlsmedic fix chain { $path } > repaired-chain.pem
ui-hint-several-leaves = one file per server's certificate; with its private key in the file, the one it belongs to is taken

ui-fault-target-empty = the target is empty
ui-fault-no-host = no host in the target { $target }
ui-fault-scheme = unknown scheme { $scheme } in the target { $target }
ui-fault-plain-scheme = { $scheme }:// is a service without TLS
ui-fault-port = { $port } in { $target } is not a port
ui-fault-proxy-scheme = { $source } names a proxy of the scheme { $scheme }, which is not spoken
ui-fault-proxy-control = { $source } names a proxy with control characters
ui-fault-proxy-octets = { $source } names a proxy with octets that are not UTF-8
ui-fault-brackets = malformed IPv6 address in the target { $target }
ui-fault-colons = too many colons in the target { $target }
ui-fault-name-letter = the host name { $name } holds the character { $letter }
ui-fault-name-label = an empty label in the host name { $name }
ui-fault-name-long = the host name { $name } is longer than DNS allows
ui-fault-name-unicode = { $name } is not an internationalised host name
ui-fault-name-address = { $name } is neither an IPv4 address nor a host name
ui-fault-not-address = { $option } needs an address, and { $value } is a name
ui-fault-family = { $option } excludes the address { $address }
ui-fault-starttls = { $protocol } is no protocol with STARTTLS
ui-fault-profile = unknown client profile { $profile }
ui-fault-version = unknown TLS version { $name }
ui-fault-versions = no version is left between --tls-min { $lowest } and --tls-max { $highest }
ui-fault-cipher = unknown cipher suite { $name }
ui-fault-group = unknown key exchange group { $name }
ui-fault-scheme-name = unknown signature scheme { $name }
ui-fault-timeout = { $value } is not a timeout
ui-fault-load-max = --load-max cannot be { $value }
ui-fault-load-targets = --load examines one target
ui-fault-load-proxy = --load through the proxy of { $source } would show where the proxy gets slow
ui-fault-no-file = { $path } does not exist
ui-fault-file-denied = { $path } may not be read
ui-fault-directory = { $path } is a directory
ui-fault-file = { $path } cannot be read ({ $detail })
ui-fault-file-empty = { $path } is empty
ui-fault-file-der = { $path } holds DER, not PEM
ui-fault-file-pkcs12 = { $path } is a PKCS #12 archive, not PEM
ui-fault-file-utf16 = { $path } is text in UTF-16
ui-fault-key-encrypted = the private key in { $path } is encrypted
ui-fault-no-certificate = { $path } holds no certificate in PEM
ui-fault-pem = { $path }, line { $line }: malformed PEM
ui-fault-no-key = there is no key for the client certificate { $path }
ui-fault-key-file = { $path } holds no usable private key
ui-fault-key-form = the client's key is neither PKCS #8, PKCS #1 nor SEC1
ui-fault-key-mismatch = the client's key does not belong to the client certificate
ui-fault-no-client-certificate = there is no certificate for the client key { $path }
ui-fault-distrusted = { $path } is not a list of distrusted CAs and keys ({ $detail })
ui-fault-client-certificate = the client certificate cannot be used ({ $detail })
ui-fault-tls = the TLS library cannot be set up ({ $detail })
ui-fault-json = { $path } is not JSON (at { $detail })
ui-fault-not-report = { $path } is not a report of tlsmedic
ui-fault-no-report = { $path } holds no report
ui-fault-schema = { $path } has the schema { $schema }; this version reads { $known }
ui-fault-report = report { $number } of { $path } is malformed ({ $detail })
ui-fault-scenario = there is no scenario { $id }
ui-fault-lab = the scenario { $id } cannot be staged here ({ $detail })
ui-fault-program = { $program } cannot be started ({ $detail })
ui-fault-net-linux = the network { $id } can be staged on Linux only
ui-fault-output = the result cannot be written ({ $detail })
ui-fault-runtime = the program cannot be set up ({ $detail })
ui-fault-option = unknown option { $option }
ui-fault-command = unknown command { $command }
ui-fault-value-missing = { $option } needs a value
ui-fault-value = { $value } is not a value of { $option }
ui-fault-argument-missing = { $argument } is missing
ui-fault-twice = { $option } is given twice
ui-fault-write-stdin = --write needs a file, and - is standard input
ui-fault-write-der = { $path } holds DER, and is not replaced by PEM
ui-fault-not-a-file = { $path } is not a regular file
ui-fault-file-changed = { $path } was changed by somebody else in the meantime
ui-fault-not-written = { $path } cannot be replaced ({ $detail })
ui-fault-replace-denied = { $path } may not be replaced: nothing may be written in its folder
ui-fault-read-only = { $path } cannot be replaced: its file system is read-only
ui-fault-certificate = certificate { $number } in { $path } cannot be read
ui-fault-key-of-none = the private key in { $path } belongs to none of its certificates
ui-fault-several-leaves = { $path } holds more than one server's certificate: { $names }
ui-fault-conflict = { $option } and { $other } exclude each other
ui-fault-utf8 = the command line is not UTF-8
ui-fault-usage = the command line is wrong at { $argument } { $value }

ui-progress = Examining { $target }:
ui-note-not-judged = { $target }: the report is redacted and cannot be judged again; this is the recorded verdict.
ui-note-differs = { $target }: this version judges differently than version { $version }, which made the report.

ui-fix-leaf = { $path }: the certificate of { $subject }
ui-fix-authority = { $subject } is a CA's certificate and no server's; where that is in another file, it belongs before it
ui-fix-der = the file is DER and is printed as PEM
ui-fix-fetched = fetched from { $url } ({ $address })
ui-fix-fetched-nothing = nothing usable came from { $url } ({ $address })
ui-fix-unreached = { $url } could not be reached
ui-fix-added-known = added: { $subject }, a known public intermediate
ui-fix-added-fetched = added: { $subject }, fetched
ui-fix-dropped-duplicate = dropped: { $subject }, which is there twice
ui-fix-dropped-root = dropped: { $subject }, a root, which clients have or do not trust
ui-fix-dropped-expired = dropped: { $subject }, which ended on { $date }
ui-fix-dropped-spare = dropped: { $subject } by { $issuer }, of which another certificate is enough
ui-fix-dropped-unrelated = dropped: { $subject }, which issued nothing here
ui-fix-dropped-unplaced = left out: { $subject }, of which nobody can say whether it belongs here
ui-fix-reordered = put in order: the server's own first, then each one's issuer
ui-fix-trusted = the chain leads to { $root } ({ $store })
ui-fix-untrusted = the chain leads to no trust anchor ({ $store }): { $issuer } is not known; --ca-file names another root
ui-fix-untrusted-root = the chain leads to no trust anchor ({ $store }): { $issuer } is not among them; --ca-file names a file with others
ui-fix-self-signed = { $issuer } is signed with its own key, and is no trust anchor ({ $store }): no chain makes clients trust it
ui-fix-problem-expired = { $subject } ended on { $date }: it must be renewed
ui-fix-problem-not-yet = { $subject } is not valid before { $date }
ui-fix-problem-signature = nobody can verify the signature of { $subject }
ui-fix-problem-issuer = { $subject } may not issue certificates in this place
ui-fix-problem-purpose = { $subject } is not for servers
ui-fix-problem-critical = { $subject } demands something that no client knows
ui-fix-problem-names = { $subject } has a name that its issuer may not certify
ui-fix-nothing = nothing to do
ui-fix-key = the private key is not printed; --write leaves it in its place
ui-fix-refused = { $path } is left as it is
ui-fix-link = { $path } is a link and stays; { $file } was replaced
ui-fix-written = written: { $file }; the old file is { $backup }
ui-lab-running = The scenario runs until Ctrl-C.
ui-lab-healthy = A healthy server

ui-outcome-works = WORKS
ui-outcome-works-with-problems = WORKS, WITH PROBLEMS
ui-outcome-fails = FAILS
ui-outcome-not-tested = NOT TESTED

ui-partial = Interrupted: this is what was known by then.
ui-redacted = Names and addresses are replaced.
ui-works = Every client that was asked connects without a warning.
ui-works-until = The certificate is valid until { $date }.
ui-not-tested = Nothing was learnt about the handshake.
ui-no-cause = Why is not known yet; see below what would tell.
ui-not-alone = Something else would fit as well; see below what would tell.

ui-side-client = this client's user must act
ui-side-path = whoever runs the network between must act
ui-side-server = the server's owner must act
ui-side-certificate = the certificate's owner must act
ui-side-timing = a matter of time

ui-certainty-proven = proven
ui-certainty-supported = supported: nothing else fits
ui-certainty-suspected = suspected

ui-affects-everyone = stops everyone
ui-affects-some-clients = stops some clients
ui-affects-this-client = stops this client
ui-affects-at-times = stops anyone, at times
ui-affects-this-path = stops whoever goes this way

ui-heading-timeline = Timeline
ui-heading-timeline-of = Timeline of the handshake { $number } with { $address }
ui-heading-timeline-via = Timeline of the handshake { $number } with { $target } through { $proxy }
ui-heading-seen = What was seen
ui-heading-clients = Who is affected
ui-heading-undecided = What would tell
ui-heading-proof = Proof
ui-heading-fix = What to do
ui-heading-findings = Also seen
ui-heading-circumstances = Circumstances

ui-phase-resolve = resolve
ui-phase-proxy = proxy
ui-phase-connect = connect
ui-phase-starttls = plaintext
ui-phase-hello = hello
ui-phase-certificate = certificate
ui-phase-client-auth = client certificate
ui-phase-finished = finished
ui-phase-fetch = lookup
ui-phase-application = application
ui-phase-load = load
ui-phase-hop = hop

ui-end-ok = ok
ui-end-not-found = not found
ui-end-refused = refused
ui-end-denied = denied
ui-end-unreachable = unreachable
ui-end-timeout = no answer
ui-end-reset = reset
ui-end-closed = closed
ui-end-alert = alert
ui-end-garbage = not TLS
ui-end-throttled = throttled
ui-end-aborted = stopped by us
ui-end-error = error

ui-silent = { $who } silent for { $elapsed }
ui-silent-client = this machine
ui-silent-path = the path
ui-silent-server = the server
ui-silent-resolver = the resolver
ui-silent-proxy = the proxy
ui-silent-path-or-server = the path or the server

ui-label-negotiated = agreed
ui-label-answer = end
ui-label-addresses = addresses
ui-label-certificates = certificates
ui-label-trust = trust
ui-label-clock = clock
ui-label-contacted = also asked
ui-label-cost = cost

ui-resumed = resumed
ui-answer = { $end } in the step "{ $phase }" after { $time }
ui-dates = { $from } to { $until }
ui-expired = { $days ->
    [0] expired today
    [one] expired { $days } day ago
   *[other] expired { $days } days ago
}
ui-not-yet = { $days ->
    [0] valid within a day
    [one] valid in { $days } day
   *[other] valid in { $days } days
}
ui-issued-by = issued by { $issuer }
ui-issued-by-itself = issued by itself
ui-more = { $count } more
ui-trust = leads to { $root } ({ $store })
ui-no-trust = no path to a trusted root
ui-store-system = the system's store
ui-store-mozilla = Mozilla's list

ui-source-served = served
ui-source-aia = fetched from the issuer's address
ui-source-known = known to tlsmedic
ui-source-file = from a file
ui-source-store = from the trust store

ui-client-works = works
ui-client-fails = fails
ui-client-could-not-test = not tested

ui-severity-info = note
ui-severity-warning = warning
ui-severity-error = error

ui-proof-before = as it is
ui-proof-changed = changed
ui-proof-after = then
ui-repeats = { $repeats ->
    [one] Seen once each way.
    [2] Seen twice each way.
   *[other] Seen { $repeats } times each way.
}
ui-among = Cannot be told apart from here: { $causes }.
ui-references = See { $references }

ui-audience-owner = Server's owner
ui-audience-user = User
ui-audience-network = Network's operator

ui-clock-unchecked = not checked; --time-source HOST compares it
ui-clock-right = right within { $uncertainty }, by { $sources }
ui-clock-behind = { $offset } behind (± { $uncertainty }), by { $sources }
ui-clock-ahead = { $offset } ahead (± { $uncertainty }), by { $sources }
ui-contacted-nobody = nobody besides the target
ui-cost = { $connections ->
    [one] { $connections } connection to the target in { $time }
   *[other] { $connections } connections to the target in { $time }
}
ui-heading-load = Under load
ui-load-pace = { $kind ->
    [rate] { $number } a second
   *[parallel] { $number } at once
 }
ui-load-resumed = { $pace }, resumed
ui-load-after = afterwards
ui-load-columns-made = made
ui-load-columns-rate = per second
ui-load-columns-connect = connect
ui-load-columns-hello = hello
ui-load-columns-p90 = 9 of 10
ui-load-knee = knee
ui-load-stopped = stopped
ui-load-well = Afterwards every handshake was made.
ui-load-unwell = Afterwards { $made } of { $begun } handshakes were made.
ui-load-none = None was put on it: a complete handshake has to work first.
ui-load-no-knee = No step takes longer than the calm one explains.
ui-heading-members = Different answers
ui-label-addresses-of = Addresses
ui-label-tries = Tries
ui-label-subject = Subject
ui-label-issuer = Issuer
ui-label-valid-from = Valid from
ui-label-valid-until = Valid until
ui-label-version = Version
ui-label-refused = Refused
ui-label-faults = Causes
ui-label-sha256 = SHA-256
