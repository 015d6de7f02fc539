# Le parole proprie del programma: aiuto, errori, titoli ed etichette di un rapporto.

ui-error = errore
ui-hint = suggerimento

ui-about-tlsmedic = Scopre perché un handshake TLS fallisce, lo prova e dice che cosa fare.
ui-about-diagnose = Scopre perché un bersaglio fallisce, o se funziona
ui-about-replay = Di nuovo il verdetto, da un rapporto salvato
ui-about-fix = Ripara: stampa, e scrive solo con --write
ui-about-chain = Completa e ordina i certificati del file PEM di un server
ui-about-lab = Server guasti su cui esercitarsi
ui-about-list = Elenca gli scenari
ui-about-run = Avvia uno scenario e lo tiene fino a Ctrl-C

ui-help-usage = Uso
ui-help-arguments = Argomenti
ui-help-options = Opzioni
ui-help-commands = Comandi
ui-help-command = COMANDO
ui-help-options-word = OPZIONI
ui-help-help = Mostra l'aiuto
ui-help-version = Mostra la versione
ui-help-lang = Lingua: en o it [predefinita: quella del sistema]
ui-help-format = text per le persone, json per i programmi, un rapporto per riga [predefinito: text]
ui-help-targets = host, host:porta, [v6]:porta, un URL (https://, smtp://, postgres:// …), lab:ID o lab:ID/healthy
ui-help-connect = Si collega a questo indirizzo invece che a quello del nome
ui-help-server-name = Invia questo nome di server e lo cerca nel certificato; none non ne invia
ui-help-starttls = Comincia in chiaro: smtp, lmtp, imap, pop3, ftp, nntp, sieve, xmpp, ldap, postgres, mysql, irc
ui-help-ca-file = Si fida di questi certificati radice invece che di quelli del sistema
ui-help-client-cert = Certificato client, con la sua catena
ui-help-client-key = La chiave del certificato client [predefinita: nel file del certificato]
ui-help-client = Il client che decide: chrome, firefox, openssl3, java17, go … [predefiniti: tutti questi]
ui-help-proxy = Passa da questo proxy: http, https, socks5, socks5h; gli scaricamenti no [predefinito: https_proxy, all_proxy]
ui-help-resolver = Interroga questo server DNS; ripetibile [predefiniti: quelli del sistema]
ui-help-tls-min = Non offre versioni più vecchie: 1.0, 1.1, 1.2, 1.3
ui-help-tls-max = Non offre versioni più nuove
ui-help-ciphers = Offre queste suite di cifratura, con il nome IANA o di OpenSSL
ui-help-groups = Offre questi gruppi di scambio delle chiavi
ui-help-sigalgs = Offre questi schemi di firma
ui-help-alpn = Offre questi protocolli ALPN; none non invia l'estensione
ui-help-ipv4 = Solo IPv4
ui-help-ipv6 = Solo IPv6
ui-help-all-addresses = Esamina tutti gli indirizzi, non solo i primi sei, e ciascuno più volte
ui-help-former-ca-file = Certificati radice fidati in precedenza, per confronto
ui-help-distrusted = CA e chiavi non fidate, oltre a quelle già note qui
ui-help-deployed = Ciò che il server dovrebbe inviare; dice se è stato ricaricato
ui-help-timeout = Quanto aspetterebbe il client, in secondi [predefinito: 10]
ui-help-time-source = Confronta l'orologio di questa macchina con questo server SNTP; ripetibile
ui-help-control = Chiede la data a questo host in HTTP in chiaro; ripetibile
ui-help-offline = Non contatta altri che il bersaglio e ciò che le opzioni nominano
ui-help-no-kernel-facts = Non chiedere nulla al kernel di una connessione, come dove non si può
ui-help-load = Fa anche fino a 50 handshake al secondo e 32 insieme, per trovare dove il server rallenta
ui-help-load-max = Al massimo tanti insieme e in un secondo, con --load
ui-help-redact = Sostituisce nomi e indirizzi, per condividere; un rapporto così non si può giudicare di nuovo
ui-help-file = Un rapporto in JSON, o più d'uno in JSON Lines; - legge lo standard input
ui-help-id = Uno scenario di "tlsmedic lab list"; con /healthy il suo gemello senza guasto
ui-help-show-arguments = Stampa gli argomenti di "tlsmedic diagnose" uno per riga, senza virgolette
ui-help-net = Una rete che guasta, in namespace di rete; richiede root e /dev/net/tun
ui-help-healthy = Il gemello senza guasto, come ID/healthy
ui-help-program = Con --net: che cosa eseguire come nobody dove sta il client; {"{}"} sta per gli argomenti di "tlsmedic diagnose"
ui-help-chain = Il certificato del server con la sua catena, in PEM o DER; - legge lo standard input
ui-help-write = Sostituisce il file e tiene il vecchio accanto
ui-help-alone = Non prende nulla dagli indirizzi nei certificati

ui-hint-help = --help elenca comandi e opzioni
ui-hint-nearest = forse si intendeva { $nearest }?
ui-hint-known = noti: { $known }
ui-hint-target = un bersaglio è host, host:porta, [IPv6]:porta, un URL come https://example.com, o lab:ID
ui-hint-brackets = un indirizzo IPv6 con la porta si scrive [2001:db8::1]:443
ui-hint-port = una porta è un numero da 1 a 65535
ui-hint-proxy = un proxy è [SCHEMA://][UTENTE[:PASSWORD]@]HOST[:PORTA], come http://proxy.example.net:3128
ui-hint-proxy-source = è il proxy che { $source } indica, come http://proxy.example.net:3128
ui-hint-scheme = per un servizio senza schema proprio, indicare host:porta
ui-hint-plain-scheme = forse si intendeva { $scheme }://?
ui-hint-starttls = noti: { $known }
ui-hint-not-address = indicare un indirizzo IP, con :PORTA dove serve
ui-hint-timeout = un numero di secondi sopra 0 e fino a 3600, come 2.5
ui-hint-load-max = un numero intero da 1 a { $most }
ui-hint-load-targets = ripetere per ciascuno degli altri
ui-hint-load-proxy = con --proxy none, da dove il bersaglio è raggiungibile direttamente
ui-hint-file-der = openssl x509 -inform DER -in { $path } -out ca.pem lo converte
ui-hint-no-certificate = un certificato in PEM comincia con -----BEGIN CERTIFICATE-----
ui-hint-no-file = un percorso relativo comincia nella cartella in cui si dà il comando
ui-hint-pem = un file PEM è testo fra -----BEGIN …----- e -----END …-----
ui-hint-no-key = indicare la chiave con --client-key
ui-hint-no-client-certificate = indicare il certificato con --client-cert
ui-hint-key-file = una chiave in PEM comincia con -----BEGIN PRIVATE KEY-----, RSA PRIVATE KEY o EC PRIVATE KEY
ui-hint-file-pkcs12 = openssl pkcs12 -nodes -in { $path } -out ca.pem lo converte
ui-hint-file-utf16 = salvarlo in UTF-8
ui-hint-key-encrypted = openssl pkey -in { $path } -out key.pem la decifra
ui-hint-key-mismatch = openssl x509 -noout -pubkey e openssl pkey -pubout stampano lo stesso per una coppia
ui-hint-replay = un rapporto si salva con: tlsmedic diagnose BERSAGLIO --format json > report.json
ui-hint-scenario = "tlsmedic lab list" mostra gli scenari
ui-hint-with-net = è una rete: tlsmedic lab run --net { $id }
ui-hint-without-net = non è una rete: tlsmedic lab run { $id }
ui-hint-program = gira come nobody, che deve poterlo trovare e leggere; un percorso completo aiuta
ui-hint-net = root può allestire reti, dove c'è /dev/net/tun: sudo tlsmedic lab run --net ID
ui-hint-write-der = tlsmedic fix chain { $path } > repaired-chain.pem scrive PEM accanto
ui-hint-not-written = senza --write la catena viene stampata: tlsmedic fix chain { $path } > repaired-chain.pem
ui-hint-several-leaves = un file per ogni certificato di server; con la sua chiave privata nel file vale quello a cui appartiene

ui-fault-target-empty = il bersaglio è vuoto
ui-fault-no-host = nessun host nel bersaglio { $target }
ui-fault-scheme = schema sconosciuto { $scheme } nel bersaglio { $target }
ui-fault-plain-scheme = { $scheme }:// è un servizio senza TLS
ui-fault-port = { $port } in { $target } non è una porta
ui-fault-proxy-scheme = { $source } indica un proxy dello schema { $scheme }, che non è parlato
ui-fault-proxy-control = { $source } indica un proxy con caratteri di controllo
ui-fault-proxy-octets = { $source } indica un proxy con ottetti che non sono UTF-8
ui-fault-brackets = indirizzo IPv6 malformato nel bersaglio { $target }
ui-fault-colons = troppi due punti nel bersaglio { $target }
ui-fault-name-letter = il nome di host { $name } contiene il carattere { $letter }
ui-fault-name-label = un'etichetta vuota nel nome di host { $name }
ui-fault-name-long = il nome di host { $name } è più lungo di quanto il DNS ammetta
ui-fault-name-unicode = { $name } non è un nome di host internazionalizzato
ui-fault-name-address = { $name } non è né un indirizzo IPv4 né un nome di host
ui-fault-not-address = { $option } vuole un indirizzo, e { $value } è un nome
ui-fault-family = { $option } esclude l'indirizzo { $address }
ui-fault-starttls = { $protocol } non è un protocollo con STARTTLS
ui-fault-profile = profilo di client sconosciuto { $profile }
ui-fault-version = versione di TLS sconosciuta { $name }
ui-fault-versions = non resta alcuna versione fra --tls-min { $lowest } e --tls-max { $highest }
ui-fault-cipher = suite di cifratura sconosciuta { $name }
ui-fault-group = gruppo di scambio delle chiavi sconosciuto { $name }
ui-fault-scheme-name = schema di firma sconosciuto { $name }
ui-fault-timeout = { $value } non è un tempo di attesa
ui-fault-load-max = --load-max non può essere { $value }
ui-fault-load-targets = --load esamina un solo bersaglio
ui-fault-load-proxy = --load attraverso il proxy di { $source } mostrerebbe dove rallenta il proxy
ui-fault-no-file = { $path } non esiste
ui-fault-file-denied = { $path } non si può leggere: manca il permesso
ui-fault-directory = { $path } è una cartella
ui-fault-file = { $path } non si può leggere ({ $detail })
ui-fault-file-empty = { $path } è vuoto
ui-fault-file-der = { $path } contiene DER, non PEM
ui-fault-file-pkcs12 = { $path } è un archivio PKCS #12, non PEM
ui-fault-file-utf16 = { $path } è testo in UTF-16
ui-fault-key-encrypted = la chiave privata in { $path } è cifrata
ui-fault-no-certificate = { $path } non contiene alcun certificato in PEM
ui-fault-pem = { $path }, riga { $line }: PEM malformato
ui-fault-no-key = manca la chiave del certificato client { $path }
ui-fault-key-file = { $path } non contiene alcuna chiave privata utilizzabile
ui-fault-key-form = la chiave del client non è né PKCS #8, né PKCS #1, né SEC1
ui-fault-key-mismatch = la chiave del client non è quella del certificato client
ui-fault-no-client-certificate = manca il certificato della chiave client { $path }
ui-fault-distrusted = { $path } non è un elenco di CA e chiavi non fidate ({ $detail })
ui-fault-client-certificate = il certificato client non si può usare ({ $detail })
ui-fault-tls = la libreria TLS non si può preparare ({ $detail })
ui-fault-json = { $path } non è JSON (in { $detail })
ui-fault-not-report = { $path } non è un rapporto di tlsmedic
ui-fault-no-report = { $path } non contiene alcun rapporto
ui-fault-schema = { $path } ha lo schema { $schema }; questa versione legge { $known }
ui-fault-report = il rapporto { $number } di { $path } è malformato ({ $detail })
ui-fault-scenario = lo scenario { $id } non esiste
ui-fault-lab = lo scenario { $id } non si può allestire qui ({ $detail })
ui-fault-program = { $program } non si può avviare ({ $detail })
ui-fault-net-linux = la rete { $id } si può allestire solo su Linux
ui-fault-output = il risultato non si può scrivere ({ $detail })
ui-fault-runtime = il programma non si può preparare ({ $detail })
ui-fault-option = opzione sconosciuta { $option }
ui-fault-command = comando sconosciuto { $command }
ui-fault-value-missing = { $option } vuole un valore
ui-fault-value = { $value } non è un valore di { $option }
ui-fault-argument-missing = manca { $argument }
ui-fault-twice = { $option } è dato due volte
ui-fault-write-stdin = --write vuole un file, e - è lo standard input
ui-fault-write-der = { $path } contiene DER e non viene sostituito con PEM
ui-fault-not-a-file = { $path } non è un file regolare
ui-fault-file-changed = { $path } è stato cambiato da qualcun altro nel frattempo
ui-fault-not-written = { $path } non può essere sostituito ({ $detail })
ui-fault-replace-denied = { $path } non può essere sostituito: nella sua cartella non è permesso scrivere
ui-fault-read-only = { $path } non può essere sostituito: il suo file system è in sola lettura
ui-fault-certificate = il certificato { $number } in { $path } non è leggibile
ui-fault-key-of-none = la chiave privata in { $path } non appartiene a nessuno dei suoi certificati
ui-fault-several-leaves = { $path } contiene certificati di più server: { $names }
ui-fault-conflict = { $option } e { $other } si escludono a vicenda
ui-fault-utf8 = la riga di comando non è UTF-8
ui-fault-usage = la riga di comando è sbagliata in { $argument } { $value }

ui-progress = Esame di { $target }:
ui-note-not-judged = { $target }: il rapporto è oscurato e non si può giudicare di nuovo; questo è il verdetto registrato.
ui-note-differs = { $target }: questa versione giudica diversamente dalla versione { $version }, che ha fatto il rapporto.

ui-fix-leaf = { $path }: il certificato di { $subject }
ui-fix-authority = { $subject } è il certificato di una CA e non di un server; se quello è in un altro file, va messo prima
ui-fix-der = il file è DER e viene stampato come PEM
ui-fix-fetched = preso da { $url } ({ $address })
ui-fix-fetched-nothing = da { $url } ({ $address }) non è arrivato nulla di utilizzabile
ui-fix-unreached = { $url } non è raggiungibile
ui-fix-added-known = aggiunto: { $subject }, un certificato intermedio pubblico noto
ui-fix-added-fetched = aggiunto: { $subject }, preso in rete
ui-fix-dropped-duplicate = tolto: { $subject }, presente due volte
ui-fix-dropped-root = tolto: { $subject }, una radice, che i client hanno già o di cui non si fidano
ui-fix-dropped-expired = tolto: { $subject }, scaduto il { $date }
ui-fix-dropped-spare = tolto: { $subject } di { $issuer }, di cui basta un altro certificato
ui-fix-dropped-unrelated = tolto: { $subject }, che qui non ha emesso nulla
ui-fix-dropped-unplaced = escluso: { $subject }, di cui non si può dire se appartenga alla catena
ui-fix-reordered = messi in ordine: prima quello del server, poi l'emittente di ciascuno
ui-fix-trusted = la catena porta a { $root } ({ $store })
ui-fix-untrusted = la catena non porta ad alcuna radice fidata ({ $store }): { $issuer } non è noto; --ca-file indica un'altra radice
ui-fix-untrusted-root = la catena non porta ad alcuna radice fidata ({ $store }): { $issuer } non è fra queste; --ca-file indica un file con altre
ui-fix-self-signed = { $issuer } è firmato con la propria chiave e non è una radice fidata ({ $store }): nessuna catena lo rende fidato
ui-fix-problem-expired = { $subject } è scaduto il { $date }: va rinnovato
ui-fix-problem-not-yet = { $subject } non vale prima del { $date }
ui-fix-problem-signature = nessuno può verificare la firma di { $subject }
ui-fix-problem-issuer = { $subject } non può emettere certificati in questo posto
ui-fix-problem-purpose = { $subject } non è per server
ui-fix-problem-critical = { $subject } pretende qualcosa che nessun client conosce
ui-fix-problem-names = { $subject } ha un nome che il suo emittente non può certificare
ui-fix-nothing = niente da fare
ui-fix-key = la chiave privata non viene stampata; --write la lascia al suo posto
ui-fix-refused = { $path } resta com'è
ui-fix-link = { $path } è un collegamento e resta; { $file } è stato sostituito
ui-fix-written = scritto: { $file }; il vecchio file è { $backup }
ui-lab-running = Lo scenario resta attivo fino a Ctrl-C.
ui-lab-healthy = Un server sano

ui-outcome-works = FUNZIONA
ui-outcome-works-with-problems = FUNZIONA, CON PROBLEMI
ui-outcome-fails = FALLISCE
ui-outcome-not-tested = NON PROVATO

ui-partial = Interrotto: questo è ciò che si sapeva fin lì.
ui-redacted = Nomi e indirizzi sono sostituiti.
ui-works = Ogni client interpellato si collega senza avvertimenti.
ui-works-until = Il certificato è valido fino al { $date }.
ui-not-tested = Sull'handshake non si è saputo nulla.
ui-no-cause = Il perché non si sa ancora; sotto sta che cosa lo direbbe.
ui-not-alone = Anche altro sarebbe compatibile; sotto sta che cosa lo direbbe.

ui-side-client = deve agire chi usa questo client
ui-side-path = deve agire chi gestisce la rete di mezzo
ui-side-server = deve agire il proprietario del server
ui-side-certificate = deve agire il proprietario del certificato
ui-side-timing = questione di tempo

ui-certainty-proven = provato
ui-certainty-supported = sostenuto: nient'altro è compatibile
ui-certainty-suspected = sospetto

ui-affects-everyone = ferma tutti
ui-affects-some-clients = ferma alcuni client
ui-affects-this-client = ferma questo client
ui-affects-at-times = ferma chiunque, a volte
ui-affects-this-path = ferma chi passa di qui

ui-heading-timeline = Andamento
ui-heading-timeline-of = Andamento dell'handshake { $number } con { $address }
ui-heading-timeline-via = Andamento dell'handshake { $number } con { $target } attraverso { $proxy }
ui-heading-seen = Che cosa si è visto
ui-heading-clients = Chi ne è colpito
ui-heading-undecided = Che cosa lo direbbe
ui-heading-proof = Prova
ui-heading-fix = Che cosa fare
ui-heading-findings = Visto inoltre
ui-heading-circumstances = Circostanze

ui-phase-resolve = risoluzione
ui-phase-proxy = intermediario
ui-phase-connect = connessione
ui-phase-starttls = in chiaro
ui-phase-hello = saluto
ui-phase-certificate = certificato
ui-phase-client-auth = certificato client
ui-phase-finished = conclusione
ui-phase-fetch = consultazione
ui-phase-application = applicazione
ui-phase-load = carico
ui-phase-hop = salto

ui-end-ok = riuscito
ui-end-not-found = non trovato
ui-end-refused = rifiutato
ui-end-denied = vietato
ui-end-unreachable = irraggiungibile
ui-end-timeout = senza risposta
ui-end-reset = azzerato
ui-end-closed = chiuso
ui-end-alert = avviso
ui-end-garbage = non TLS
ui-end-throttled = rallentato
ui-end-aborted = fermato da noi
ui-end-error = errore

ui-silent = { $who }, in silenzio per { $elapsed }
ui-silent-client = questa macchina
ui-silent-path = il percorso
ui-silent-server = il server
ui-silent-resolver = il risolutore
ui-silent-proxy = l'intermediario
ui-silent-path-or-server = il percorso o il server

ui-label-negotiated = concordato
ui-label-answer = esito
ui-label-addresses = indirizzi
ui-label-certificates = certificati
ui-label-trust = fiducia
ui-label-clock = orologio
ui-label-contacted = interpellati
ui-label-cost = costo

ui-resumed = ripresa
ui-answer = { $end } nel passo "{ $phase }" dopo { $time }
ui-dates = dal { $from } al { $until }
ui-expired = { $days ->
    [0] scaduto oggi
    [one] scaduto { $days } giorno fa
   *[other] scaduto { $days } giorni fa
}
ui-not-yet = { $days ->
    [0] valido entro un giorno
    [one] valido fra { $days } giorno
   *[other] valido fra { $days } giorni
}
ui-issued-by = emesso da { $issuer }
ui-issued-by-itself = emesso da sé stesso
ui-more = altri { $count }
ui-trust = porta a { $root } ({ $store })
ui-no-trust = nessun percorso verso una radice fidata
ui-store-system = l'archivio del sistema
ui-store-mozilla = l'elenco di Mozilla

ui-source-served = inviato dal server
ui-source-aia = preso all'indirizzo dell'emittente
ui-source-known = noto a tlsmedic
ui-source-file = da un file
ui-source-store = dall'archivio di fiducia

ui-client-works = funziona
ui-client-fails = fallisce
ui-client-could-not-test = non provato

ui-severity-info = nota
ui-severity-warning = avvertimento
ui-severity-error = errore

ui-proof-before = così com'è
ui-proof-changed = cambiato
ui-proof-after = allora
ui-repeats = { $repeats ->
    [one] Visto una volta in ciascun verso.
    [2] Visto due volte in ciascun verso.
   *[other] Visto { $repeats } volte in ciascun verso.
}
ui-among = Da qui non si distinguono: { $causes }.
ui-references = Vedi { $references }

ui-audience-owner = Proprietario del server
ui-audience-user = Utente
ui-audience-network = Gestore della rete

ui-clock-unchecked = non controllato; --time-source HOST lo confronta
ui-clock-right = giusto entro { $uncertainty }, secondo { $sources }
ui-clock-behind = indietro di { $offset } (± { $uncertainty }), secondo { $sources }
ui-clock-ahead = avanti di { $offset } (± { $uncertainty }), secondo { $sources }
ui-contacted-nobody = nessuno oltre al bersaglio
ui-cost = { $connections ->
    [one] { $connections } connessione al bersaglio in { $time }
   *[other] { $connections } connessioni al bersaglio in { $time }
}
ui-heading-load = Sotto carico
ui-load-pace = { $kind ->
    [rate] { $number } al secondo
   *[parallel] { $number } insieme
 }
ui-load-resumed = { $pace }, ripresi
ui-load-after = dopo
ui-load-columns-made = riusciti
ui-load-columns-rate = al secondo
ui-load-columns-connect = connessione
ui-load-columns-hello = hello
ui-load-columns-p90 = 9 su 10
ui-load-knee = ginocchio
ui-load-stopped = fermato
ui-load-well = Dopo, ogni handshake è riuscito.
ui-load-unwell = Dopo, sono riusciti { $made } handshake su { $begun }.
ui-load-none = Non ne è stato messo: prima deve riuscire un handshake completo.
ui-load-no-knee = Nessun passo dura più di quanto spiega la misura a riposo.
ui-heading-members = Risposte diverse
ui-label-addresses-of = Indirizzi
ui-label-tries = Tentativi
ui-label-subject = Soggetto
ui-label-issuer = Emittente
ui-label-valid-from = Valido dal
ui-label-valid-until = Valido fino al
ui-label-version = Versione
ui-label-refused = Rifiutato
ui-label-faults = Cause
ui-label-sha256 = SHA-256
