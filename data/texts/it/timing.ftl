# Ciò che il tempo mostra: valori da diagnose/src/causes/timing.

seen-T02 = In { $count } connessioni su { $tries } con { $host } il pacchetto che apre la connessione, o la sua risposta, è andato perso: la connessione ha richiesto { $elapsed } invece di { $trip }, con la ripetizione dopo { $step }.
seen-T03 = { $segments } pacchetti dell'handshake con { $host } sono andati persi e sono stati rispediti, in { $count } connessioni su { $tries }; ciò ha preso fino a { $elapsed } oltre l'andata e ritorno di { $trip }.
seen-T03-quick = { $segments } pacchetti dell'handshake con { $host } sono stati rispediti, in { $count } connessioni su { $tries }, e nessuno ha dovuto aspettarli.
seen-P32 = Verso { $host } si perdono pacchetti a caso: { $segments } sono stati rispediti, in { $count } connessioni su { $tries }, che sono riuscite comunque.
seen-T04 = { $host } ha il ClientHello dopo { $trip } e risponde dopo { $elapsed } (in { $count } connessioni su { $tries }); sul percorso non si è perso nulla.
seen-T04-key = { $host } ha il ClientHello dopo { $trip } e risponde dopo { $elapsed } (in { $count } connessioni su { $tries }); una risposta senza chiave né certificato richiede solo { $small }.
seen-T04-flight = { $host } comincia subito la risposta e poi si ferma per { $elapsed } prima del resto (in { $count } connessioni su { $tries }); sul percorso non si è perso nulla.
seen-S06-late = Anche una risposta che non richiede né chiave né certificato prende a { $host } { $small }: ciò che gestisce le connessioni è bloccato.
seen-T11 = La prima risposta di { $host } ha preso { $elapsed }, le successive { $later }: il server prepara qualcosa per il primo che arriva.
seen-T05 = La prima risposta di { $host } è di { $octets } ottetti, più dei { $window } che si possono spedire prima della prima conferma: { $rounds ->
        [one] un'andata e ritorno in più
       *[other] { $rounds } andate e ritorni in più
    } di { $trip }.
seen-T06 = { $host } vuole il gruppo { $group }, per cui questi client non mandano subito una chiave: { $clients }. Serve loro un secondo ClientHello e un'altra andata e ritorno di { $trip }.
seen-T13 = { $host } dista { $trip }, e ogni passo richiede le andate e ritorni che gli servono: { $elapsed } in tutto.
seen-T07 = { $host } impiega { $elapsed } per { $what ->
        [issuer] il certificato mancante dell'emittente
       *[ocsp] lo stato del certificato
    }, che questi client aspettano: { $clients }.
seen-T07-hangs = { $host } non fornisce { $what ->
        [issuer] il certificato mancante dell'emittente
       *[ocsp] lo stato del certificato
    }, e questi client lo aspettano: { $clients }. L'attesa è stata abbandonata dopo { $elapsed }.
seen-T10 = { $host } chiude le connessioni che non proseguono dopo { $elapsed } ciascuna ({ $count } volte): un temporizzatore.
seen-T08 = { $address } non risponde, e { $host } funziona con l'altra famiglia di indirizzi. I client che provano entrambe perdono: { $delayed }. I client che aspettano la prima finché il sistema non la abbandona, dopo due minuti: { $stopped }.
seen-C31-silent = IPv6 verso { $host } ({ $address }) tace mentre IPv4 funziona: è guasto IPv6 di questa macchina e della sua rete, o il percorso oltre.
seen-C23 = Un'andata e ritorno fino a { $host } richiede { $trip }: i programmi che abbandonano ogni suo indirizzo dopo { $step }, come Node.js, non si connettono mai.
seen-C24 = L'handshake con { $host } richiede { $elapsed }, e il client aspetta { $limit }, che passano { $step ->
        [resolve] mentre si risolve il nome
        [proxy] mentre l'intermediario apre la via
        [connect] mentre si apre la connessione
        [starttls] nel dialogo prima di TLS
        [hello] mentre si aspetta la risposta al ClientHello
        [certificate] mentre si aspetta il certificato del server
       *[other] mentre l'handshake si conclude
    }. La maggior parte del tempo va { $longest ->
        [resolve] alla risoluzione del nome
        [proxy] all'intermediario
        [connect] all'apertura della connessione
        [starttls] al dialogo prima di TLS
        [hello] all'attesa della risposta al ClientHello
        [certificate] all'attesa del certificato del server
       *[other] alla fine dell'handshake
    }.

next-other-ipv6 = Provare da qui un'altra destinazione con IPv6: se fallisce anche quella, il guasto è nella rete di questa macchina (C31), altrimenti sul percorso verso il server (P31):
