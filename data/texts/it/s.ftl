# Cause nel server e nella sua configurazione: che cos'è ciascuna, e che cosa fa ognuna delle parti.

S01 = Su questa porta non è in ascolto nulla, perciò la connessione viene rifiutata subito.
    .title = Nessuno in ascolto
    .owner = Avviare il servizio, o farlo ascoltare su questo indirizzo e questa porta.
    .user = Controllare host e porta; altrimenti avvisare il proprietario che il servizio è fermo.
    .network = Controllare che nessun firewall sul percorso rifiuti questa porta.

S02 = Il server parla HTTP in chiaro su una porta dove i client si aspettano TLS.
    .title = HTTP in chiaro sulla porta TLS
    .owner = Attivare TLS su questa porta, con certificato e chiave.
    .user = Usare http:// solo se il proprietario conferma che questa porta è senza cifratura.
    .network = Qui non c'è nulla da fare: la rete porta ciò che le viene dato.

S03 = Client e server non concordano se TLS cominci subito o dopo un dialogo in chiaro.
    .title = Servizio STARTTLS a cui si parla in TLS, o il contrario
    .owner = Configurare un certificato e TLS per il servizio: dal primo ottetto sulla porta registrata per questo, STARTTLS sull'altra; dire nella documentazione quale è quale.
    .user = Scegliere STARTTLS nelle impostazioni del programma, o la porta che parla subito TLS.
    .network = Qui non c'è nulla da fare: la rete porta ciò che le viene dato.

S04 = Il server aspetta una riga del protocollo PROXY prima di TLS, o ne riceve una che non si aspetta.
    .title = Protocollo PROXY atteso o inviato inaspettatamente
    .owner = Mettere d'accordo bilanciatore e server: entrambi con il protocollo PROXY, o nessuno dei due.
    .user = Collegarsi attraverso il bilanciatore anziché al server che sta dietro.
    .network = Chi gestisce il bilanciatore ne imposti l'opzione del protocollo PROXY come si aspetta il server a valle.

S05 = Il server non accetta le connessioni con la velocità con cui arrivano, perciò il kernel scarta quelle nuove.
    .title = Coda di accettazione piena
    .owner = Alzare il backlog di ascolto e net.core.somaxconn, e scoprire perché l'accettazione è lenta.
    .user = Riprovare più tardi e con meno connessioni insieme.
    .network = Qui non c'è nulla da fare: la rete porta ciò che le viene dato.

S06 = Il server accetta la connessione e poi non fa nulla, perché il suo processo è occupato con altro.
    .title = Processo o ciclo di eventi bloccato
    .owner = Trovare la chiamata che blocca il processo, e dare al server più processi.
    .user = Avvisare il proprietario che il server accetta connessioni senza rispondere.
    .network = Qui non c'è nulla da fare: la rete porta ciò che le viene dato.

S07 = Il server calcola gli handshake più lentamente di quanto arrivino.
    .title = CPU sovraccarica di handshake
    .owner = Usare chiavi ECDSA, permettere la ripresa delle sessioni, e aggiungere CPU o macchine.
    .user = Riutilizzare connessioni e sessioni.
    .network = Qui non c'è nulla da fare: la rete porta ciò che le viene dato.

S08 = Il server ha raggiunto il suo limite di file aperti o di connessioni.
    .title = Limite di descrittori o connessioni
    .owner = Alzare i limiti del servizio e dei suoi processi.
    .user = Riutilizzare le connessioni invece di aprirne di nuove.
    .network = Qui non c'è nulla da fare: la rete porta ciò che le viene dato.

S09 = Sotto sovraccarico il client si crede connesso mentre il server non conosce la connessione.
    .title = Connessione semiaperta dopo i SYN cookie
    .owner = Alzare il backlog perché i SYN cookie non servano.
    .user = Riprovare; la connessione successiva può riuscire.
    .network = Qui non c'è nulla da fare: la rete porta ciò che le viene dato.

S10 = Il server parla solo versioni di TLS che i client attuali rifiutano.
    .title = Solo TLS 1.1 o precedenti
    .owner = Attivare TLS 1.2 e 1.3; aggiornare la libreria TLS se non le conosce.
    .user = Chiedere al proprietario di aggiornare; non abbassare i propri limiti per tutta la macchina.
    .network = Qui non c'è nulla da fare: la rete porta ciò che le viene dato.

S11 = Il server parla solo TLS 1.3, che questo client non offre.
    .title = Solo TLS 1.3
    .owner = Attivare TLS 1.2 accanto a TLS 1.3 se i client vecchi contano.
    .user = Aggiornare il programma, o permettergli di usare TLS 1.3.
    .network = Qui non c'è nulla da fare: la rete porta ciò che le viene dato.

S12 = Client e server non hanno alcuna suite di cifratura in comune, o nessuna per il tipo di chiave del server.
    .title = Nessuna suite di cifratura in comune
    .owner = Offrire le suite ECDHE attuali con AES-GCM e ChaCha20, e un certificato RSA accanto a uno ECDSA se i client vecchi contano.
    .user = Aggiornare il programma; se ha un elenco di cifrari, tornare a quello predefinito.
    .network = Qui non c'è nulla da fare: la rete porta ciò che le viene dato.

S13 = Client e server non hanno un gruppo di scambio chiavi in comune, o il server fallisce quando deve chiederne un altro.
    .title = Nessun gruppo di scambio chiavi in comune, o difetto nell'HelloRetryRequest
    .owner = Accettare X25519 e P-256; aggiornare una libreria TLS che fallisce sull'HelloRetryRequest.
    .user = Aggiornare il programma, o lasciargli usare i gruppi predefiniti.
    .network = Qui non c'è nulla da fare: la rete porta ciò che le viene dato.

S14 = Il server non può firmare con alcun algoritmo che il client accetta, o firma con uno non offerto.
    .title = Algoritmi di firma che non si incontrano
    .owner = Usare certificato e chiave che firmano con SHA-256, e aggiornare il firmware che non sa fare PSS.
    .user = Aggiornare il programma; evitare di riammettere SHA-1.
    .network = Qui non c'è nulla da fare: la rete porta ciò che le viene dato.

S15 = Il server usa parametri Diffie-Hellman che i client attuali rifiutano perché troppo piccoli.
    .title = Parametri Diffie-Hellman troppo piccoli
    .owner = Usare solo ECDHE, o parametri di almeno 2048 bit.
    .user = Chiedere al proprietario di aggiornare; ammettere un'eccezione solo per questo server.
    .network = Qui non c'è nulla da fare: la rete porta ciò che le viene dato.

S16 = Il server non supporta la rinegoziazione sicura, che i client attuali esigono.
    .title = Rinegoziazione sicura non supportata
    .owner = Aggiornare lo stack TLS, o attivare l'estensione nel bilanciatore.
    .user = Chiedere al proprietario di aggiornare; ammettere un'eccezione solo per questo server.
    .network = Se un apparato sul percorso chiude TLS e lo riapre, aggiornarlo: può essere lui a togliere l'estensione.

S17 = Una parte esige l'extended master secret e l'altra non lo usa.
    .title = Extended master secret richiesto o incoerente
    .owner = Aggiornare lo stack TLS perché supporti l'estensione.
    .user = Aggiornare la libreria TLS del programma.
    .network = Qui non c'è nulla da fare: la rete porta ciò che le viene dato.

S18 = Il server non ha un certificato per il nome richiesto e respinge l'handshake.
    .title = Nome di server sconosciuto respinto
    .owner = Aggiungere il nome alla configurazione del server con un certificato apposito.
    .user = Controllare come è scritto il nome, e se il sito è passato a un altro server.
    .network = Qui non c'è nulla da fare: la rete porta ciò che le viene dato.

S19 = Un reverse proxy si collega al server che sta dietro senza nome di server e lì viene respinto.
    .title = Il reverse proxy non invia il nome di server
    .owner = Far inviare al proxy il nome del server che sta dietro.
    .user = Avvisare il proprietario che il sito risponde con 502 o 525.
    .network = Qui non c'è nulla da fare: la rete porta ciò che le viene dato.

S20 = Client e server non hanno un protocollo applicativo in comune, e il server per questo chiude l'handshake.
    .title = Nessun protocollo applicativo in comune
    .owner = Far accettare al server h2 e http/1.1.
    .user = Impostare il protocollo che il server parla, o non usare ALPN.
    .network = Qui non c'è nulla da fare: la rete porta ciò che le viene dato.

S21 = Il server esige un certificato dal client.
    .title = Certificato client richiesto
    .owner = Se devono entrare tutti, rendere facoltativo il certificato o limitarne la richiesta ai percorsi che ne hanno bisogno.
    .user = Dare al programma il certificato e la chiave che il proprietario ha emesso per voi.
    .network = Qui non c'è nulla da fare: la rete porta ciò che le viene dato.

S22 = Il server nomina tante autorità per i certificati client che i client rinunciano a leggere il messaggio.
    .title = Elenco di CA client troppo grande
    .owner = Nominare solo le autorità che emettono certificati client.
    .user = Avvisare il proprietario che la richiesta è troppo grande per questo programma.
    .network = Qui non c'è nulla da fare: la rete porta ciò che le viene dato.

S23 = Il server chiede un certificato solo per alcune pagine, in un modo che il client non supporta.
    .title = Autenticazione client tardiva non supportata
    .owner = Chiedere il certificato nell'handshake, su un nome apposito.
    .user = Usare un programma che lo supporta, o TLS 1.2.
    .network = Qui non c'è nulla da fare: la rete porta ciò che le viene dato.

S24 = Il server non ha certificato e chiave utilizzabili, o i due non vanno insieme.
    .title = Chiave o certificato mancanti o non corrispondenti
    .owner = Controllare che i file siano leggibili e vadano insieme, e ricaricare.
    .user = Avvisare il proprietario che ogni handshake fallisce.
    .network = Qui non c'è nulla da fare: la rete porta ciò che le viene dato.

S25 = Un ingress controller serve il suo certificato predefinito perché non ne ha uno per questo nome.
    .title = L'ingress serve il suo certificato di ripiego
    .owner = Dare all'ingress un secret con un certificato per questo host.
    .user = Non proseguire; avvisare il proprietario.
    .network = Qui non c'è nulla da fare: la rete porta ciò che le viene dato.

S26 = Il certificato è stato rinnovato sul disco, ma il server serve ancora quello vecchio.
    .title = Rinnovato ma non ricaricato
    .owner = Ricaricare il server dopo ogni rinnovo, con un hook.
    .user = Avvisare il proprietario che il certificato servito è vecchio.
    .network = Qui non c'è nulla da fare: la rete porta ciò che le viene dato.

S27 = I server dietro un nome non sono configurati allo stesso modo.
    .title = I membri di un bilanciatore differiscono
    .owner = Portare tutti i membri allo stesso certificato e alla stessa configurazione.
    .user = Riprovare; può rispondere un altro membro.
    .network = Chi gestisce il bilanciatore ne escluda il membro diverso finché non è sistemato.

S28 = I server di un nome non sanno riprendere le sessioni l'uno dell'altro, o le loro chiavi dei ticket sono scadute.
    .title = Chiavi dei ticket scadute o non condivise
    .owner = Condividere e ruotare le chiavi dei ticket fra tutti i server.
    .user = Disattivare la ripresa delle sessioni nel programma.
    .network = Qui non c'è nulla da fare: la rete porta ciò che le viene dato.

S29 = Il certificato esige una risposta OCSP allegata, e il server non la invia o ne invia una vecchia.
    .title = Risposta OCSP allegata mancante o vecchia
    .owner = Procurarsi la risposta OCSP prima di accettare connessioni, o usare un certificato senza must-staple.
    .user = Riprovare fra un minuto.
    .network = Qui non c'è nulla da fare: la rete porta ciò che le viene dato.

S30 = Il server fallisce quando il client invia dati con il primo messaggio.
    .title = Difetto nello 0-RTT
    .owner = Disattivare i dati anticipati.
    .user = Disattivare lo 0-RTT nel programma.
    .network = Qui non c'è nulla da fare: la rete porta ciò che le viene dato.

S31 = Il DNS offre chiavi per Encrypted Client Hello che il server non possiede.
    .title = Chiavi ECH pubblicate ma non possedute
    .owner = Togliere il parametro ech dal record HTTPS, o dare al server le sue chiavi.
    .user = Disattivare Encrypted Client Hello nel programma.
    .network = Qui non c'è nulla da fare: la rete porta ciò che le viene dato.

S32 = Il server non tollera un elemento del ClientHello che dovrebbe ignorare.
    .title = Intolleranza a un elemento del saluto
    .owner = Aggiornare lo stack TLS del server o l'apparato che gli sta davanti: gli elementi sconosciuti vanno ignorati.
    .user = Fino ad allora, disattivare quell'elemento nel programma se lo permette.
    .network = Se un apparato sul percorso ispeziona TLS, aggiornarlo: deve lasciar passare ciò che non conosce.

S33 = Il server si aspetta tutto il ClientHello in un segmento TCP e aspetta all'infinito quando arriva in due.
    .title = Il server legge solo il primo segmento del saluto
    .owner = Aggiornare il server: deve leggere finché il messaggio è intero.
    .user = Disattivare per ora lo scambio di chiavi post-quantistico: così il saluto resta piccolo.
    .network = Qui non c'è nulla da fare: la rete porta ciò che le viene dato.

S34 = Il server chiude la connessione dopo il saluto senza dire perché, come fanno elenchi di ammessi, blocchi e limiti di frequenza.
    .title = Chiude senza avviso
    .owner = Cercare l'indirizzo di questo client in elenchi di ammessi, blocchi e limiti, e inviare un avviso invece di chiudere.
    .user = Chiedere al proprietario se il vostro indirizzo è ammesso.
    .network = Controllare se un firewall o un servizio di protezione sul percorso chiude queste connessioni.

S35 = Un bilanciatore accetta la connessione, ma non ha un server a cui passarla.
    .title = Server a valle fermo dietro un bilanciatore TCP
    .owner = Avviare il server a valle, e far sì che i controlli di stato lo escludano finché è fermo.
    .user = Riprovare più tardi.
    .network = Chi gestisce il bilanciatore gli faccia controllare i server a valle e rifiutare le connessioni finché nessuno è attivo.

S36 = Un proxy o una mesh parla TLS a un server a valle che si aspetta testo in chiaro.
    .title = TLS verso un server a valle in chiaro
    .owner = Mettere d'accordo proxy e server a valle su TLS; controllare nomi di porta e regole di destinazione.
    .user = Avvisare il proprietario che il sito risponde con 503.
    .network = Qui non c'è nulla da fare: la rete porta ciò che le viene dato.

S37 = Il processo del server muore mentre lavora all'handshake.
    .title = Il processo va in crash durante l'handshake
    .owner = Cercare un core dump o una riga di memoria esaurita, e aggiornare il server.
    .user = Dire al proprietario il momento esatto.
    .network = Qui non c'è nulla da fare: la rete porta ciò che le viene dato.

S38 = Il server aspetta un modulo o un servizio che custodisce la sua chiave.
    .title = Servizio delle chiavi lento o fermo
    .owner = Ripristinare il servizio delle chiavi, e dargli un limite di tempo e una riserva.
    .user = Riprovare più tardi.
    .network = Qui non c'è nulla da fare: la rete porta ciò che le viene dato.

S39 = L'orologio del server è sbagliato, perciò respinge certificati client validi.
    .title = Orologio del server sbagliato
    .owner = Regolare l'orologio del server e tenerlo giusto con NTP.
    .user = Dire al proprietario che ora mostra il server.
    .network = Qui non c'è nulla da fare: la rete porta ciò che le viene dato.

S40 = Il server dice che potrebbe parlare una versione più recente di quella concordata: qualcosa in mezzo ha cambiato l'handshake, o il difetto è nello stack TLS del server.
    .title = Sentinella di downgrade
    .owner = Aggiornare l'apparato davanti al server che cambia il saluto; se non c'è, aggiornare la libreria TLS del server.
    .user = Provare un'altra rete.
    .network = Aggiornare o togliere l'apparato che cambia gli handshake.

S41 = Il server sceglie un certificato che questo client non può usare pur avendone un altro.
    .title = Difetto nella scelta del certificato
    .owner = Aggiornare il server; impostare certificati di entrambi i tipi di chiave per ogni nome.
    .user = Aggiornare il programma.
    .network = Qui non c'è nulla da fare: la rete porta ciò che le viene dato.

S42 = La CA ha una chiave nuova, e un componente usa ancora certificati o radici della vecchia.
    .title = Chiave della CA cambiata, un componente usa ancora la vecchia
    .owner = Riavviare ciò che tiene la CA vecchia, e la prossima volta far convivere le due.
    .user = Aggiornare il file della CA fidata.
    .network = Qui non c'è nulla da fare: la rete porta ciò che le viene dato.

S43 = Gli errori nel registro sono controlli di stato che si collegano e se ne vanno; nessun client fallisce.
    .title = Controlli di stato senza TLS
    .owner = Far parlare TLS ai controlli di stato, o togliere quelle righe dal registro.
    .user = Qui non c'è nulla da fare: nessun client ne è colpito.
    .network = Chi gestisce il bilanciatore ne imposti il controllo di stato perché parli TLS.

S44 = Un browser riusa una connessione per un altro nome coperto dal certificato, e ottiene il sito sbagliato.
    .title = Host virtuale sbagliato per riuso di connessione
    .owner = Rispondere 421, o usare certificati che coprono solo i nomi di un server.
    .user = Aprire la pagina in una nuova sessione del browser.
    .network = Qui non c'è nulla da fare: la rete porta ciò che le viene dato.

S45 = Il database parla subito TLS solo con ALPN, o solo dopo la propria richiesta di TLS.
    .title = Database con TLS diretto e le sue esigenze
    .owner = Documentare se si offre TLS diretto; PostgreSQL 17 e successivi per questo esigono ALPN.
    .user = Impostare sslnegotiation a ciò che il server supporta.
    .network = Qui non c'è nulla da fare: la rete porta ciò che le viene dato.
