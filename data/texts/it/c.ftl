# Cause sulla macchina del client e nei suoi programmi: che cos'è ciascuna, e che cosa fa ognuna delle parti.

C01 = L'orologio di questa macchina è indietro, perciò certificati già validi sembrano cominciare nel futuro.
    .title = Orologio indietro
    .owner = Qui non c'è nulla da fare: il certificato è buono. Per riguardo a chi ha l'orologio un po' sbagliato, mettere in servizio un certificato nuovo non prima di un giorno dall'emissione.
    .user = Regolare l'orologio e il fuso orario e lasciare che il sistema tenga l'ora con NTP. Se l'ora si perde a ogni avvio, sostituire la batteria della scheda madre.
    .network = Lasciare raggiungere NTP (porta UDP 123) o la fonte oraria prescritta in questa rete, e annunciarla con DHCP.

C02 = L'orologio di questa macchina è avanti, perciò certificati ancora validi sembrano scaduti.
    .title = Orologio avanti
    .owner = Qui non c'è nulla da fare: il certificato è ancora valido.
    .user = Regolare l'orologio e il fuso orario e lasciare che il sistema tenga l'ora con NTP. Se l'ora si perde a ogni avvio, sostituire la batteria della scheda madre.
    .network = Lasciare raggiungere NTP (porta UDP 123) o la fonte oraria prescritta in questa rete, e annunciarla con DHCP.

C03 = L'orologio di questa macchina salta dopo una sospensione, un'istantanea o un avvio senza orologio hardware, e finché non è regolato i certificati sembrano non ancora validi o scaduti.
    .title = Orologio che salta
    .owner = Qui non c'è nulla da fare: il certificato è buono.
    .user = Regolare di nuovo l'ora dopo il risveglio della macchina, e avviare i programmi che usano TLS solo quando il servizio dell'ora si dice sincronizzato. Attivare la sincronizzazione dell'ora dell'hypervisor.
    .network = Lasciare raggiungere NTP (porta UDP 123) già all'inizio dell'avvio di una macchina, prima di tutto ciò che usa TLS.

C04 = Su questa macchina non c'è alcun certificato radice, perciò nessun certificato pubblico può essere considerato fidato.
    .title = Nessun archivio di fiducia
    .owner = Qui non c'è nulla da fare: la catena è buona. Chi pubblica l'immagine del container in questione vi metta i certificati radice.
    .user = Installare il pacchetto con i certificati radice, o copiarne la raccolta nell'immagine in cui gira il programma.
    .network = Qui non c'è nulla da fare: i certificati radice mancano sulla macchina.

C05 = I certificati radice di questa macchina sono più vecchi della radice a cui porta questa catena.
    .title = Archivio di fiducia invecchiato
    .owner = Se la CA offre un intermedio con firma incrociata che porta a una radice più vecchia, inviarlo finché quei client contano.
    .user = Aggiornare i certificati radice del sistema operativo e la raccolta che il programma porta con sé. Su un sistema senza aggiornamenti, installare la radice che manca dopo averne confrontato l'impronta con quella pubblicata dalla CA.
    .network = Qui non c'è nulla da fare: i certificati radice della macchina sono invecchiati.

C06 = Il programma porta con sé un proprio elenco di certificati radice e non guarda quello del sistema operativo, in cui la radice è installata.
    .title = Programma con un proprio archivio di fiducia
    .owner = Se si usa una CA privata, documentare per ogni tipo di programma come vi si installa la radice.
    .user = Dare la radice a questo programma: con la sua variabile d'ambiente, con il suo archivio di chiavi o con l'opzione che gli fa usare l'archivio del sistema.
    .network = Dove serve la CA di questa rete, distribuirla anche negli archivi di Java, Node.js, Python e Firefox, non solo nel sistema operativo.

C07 = Una variabile o un'opzione indica un file di certificati radice che non esiste, non si può leggere o non contiene certificati.
    .title = Percorso sbagliato del file delle CA
    .owner = Qui non c'è nulla da fare: l'impostazione sbagliata è sulla macchina del client.
    .user = Correggere il percorso o togliere la variabile, e badare che l'utente con cui gira il programma possa leggere il file.
    .network = Qui non c'è nulla da fare: l'impostazione sbagliata è sulla macchina del client.

C08 = Una vecchia libreria insiste su un percorso che passa per una firma incrociata scaduta, benché esista un altro percorso verso una radice fidata.
    .title = Una vecchia libreria segue una firma incrociata scaduta
    .owner = Togliere il certificato scaduto dalla catena inviata, o scegliere un'altra catena presso la CA.
    .user = Aggiornare la libreria TLS, o togliere la radice scaduta dall'archivio di fiducia, così che la libreria debba prendere l'altro percorso.
    .network = Qui non c'è nulla da fare: catena e libreria si incontrano soltanto ai due estremi.

C09 = Il client parla solo versioni di TLS che il server ha disattivato.
    .title = Client troppo vecchio
    .owner = Tenere attivo TLS 1.2 accanto a TLS 1.3. Non riattivare versioni più vecchie per un solo client; se è inevitabile, dargli un indirizzo a parte.
    .user = Aggiornare il programma, la sua libreria TLS o il sistema operativo, in modo che parli TLS 1.2 o più recente.
    .network = Qui non c'è nulla da fare: i due estremi non hanno alcuna versione in comune.

C10 = Il client non dice quale nome vuole, e un server con più nomi non può scegliere il certificato giusto.
    .title = Il client non invia il nome del server
    .owner = Assegnare alla porta un certificato predefinito adatto ai client senza nome di server, se si vuole ancora servirli.
    .user = Collegarsi per nome e non per indirizzo, con un programma che invia il nome del server (SNI); attivare l'opzione dove è spenta.
    .network = Se la connessione è aperta da un bilanciatore o da un proxy, attivarvi l'invio del nome al server che sta dietro.

C11 = Una politica di sicurezza sulla macchina del client esclude ciò che il server offre.
    .title = La politica del client respinge l'offerta
    .owner = Offrire ciò che le politiche attuali ammettono: TLS 1.2 o più recente con l'extended master secret, ECDHE, chiavi RSA di 2048 bit o P-256, e firme con SHA-256.
    .user = Trovare la regola che respinge: livello di sicurezza, politica crittografica del sistema, modalità FIPS o elenco degli algoritmi disattivati di Java. Finché il server non è corretto, fare un'eccezione per questa sola connessione.
    .network = Qui non c'è nulla da fare: una politica del client e un'offerta del server si escludono a vicenda.

C12 = Un aggiornamento dell'ambiente del client ha tolto vecchi algoritmi, e il server non ne ha di più recenti.
    .title = L'aggiornamento ha tolto vecchi algoritmi
    .owner = Attivare TLS 1.2 e TLS 1.3 con ECDHE e AES-GCM, così che a nessun client servano lo scambio di chiavi RSA, 3DES o TLS 1.0.
    .user = Finché il server non è aggiornato, riattivare il vecchio algoritmo per questo solo programma, o restare per un po' alla versione precedente.
    .network = Qui non c'è nulla da fare: i due estremi non hanno alcun algoritmo in comune.

C13 = Una versione più recente della libreria del client controlla i certificati con più rigore e ne respinge uno che le versioni vecchie accettavano.
    .title = Controlli più severi sui certificati
    .owner = Far emettere di nuovo il certificato difettoso nella forma richiesta dalla RFC 5280; con una CA propria, rinnovare anche la radice e gli intermedi.
    .user = Chiedere al proprietario un certificato corretto. Fino ad allora disattivare il controllo severo per questa sola connessione, e mai la verifica intera.
    .network = Se il certificato viene da un proxy di ispezione di questa rete, rinnovare la CA del proxy con le estensioni giuste.

C14 = Un antivirus su questa macchina apre le connessioni TLS, e il suo certificato o il suo handshake causa il guasto.
    .title = L'antivirus esamina HTTPS
    .owner = Qui non c'è nulla da fare: il certificato del server non arriva al client.
    .user = Disattivare nell'antivirus l'esame delle connessioni cifrate, oppure ripararlo o reinstallarlo in modo che la sua radice sia nell'archivio di fiducia.
    .network = Se l'antivirus è gestito in modo centrale, esentare questo sito o disattivare nella politica l'esame delle connessioni cifrate.

C15 = Un filtro, un controllo parentale o un adware su questa macchina apre o interrompe le connessioni TLS.
    .title = Filtro o adware sulla macchina
    .owner = Qui non c'è nulla da fare: il certificato del server non arriva al client.
    .user = Riconoscere il programma dall'emittente del certificato ricevuto. Se non è voluto, toglierlo insieme con il suo certificato radice, altrimenti permettervi il sito; poi controllare che sulla macchina non ci sia malware.
    .network = Qui non c'è nulla da fare: l'interferenza avviene dentro la macchina del client.

C16 = Un firewall o un agente di sicurezza su questa macchina blocca la connessione o la azzera prima che esca.
    .title = Firewall o agente locale blocca
    .owner = Qui non c'è nulla da fare: la connessione non raggiunge il server.
    .user = Provare con un altro programma, un altro utente o un'altra macchina della stessa rete; se funzionano, permettere questo programma nel firewall o nell'agente di sicurezza.
    .network = Se l'agente è gestito in modo centrale, cercare nel suo registro il programma bloccato e permetterlo nella politica.

C17 = Un'impostazione del proxy su questa macchina è sbagliata: porta la connessione nel posto sbagliato, o le fa evitare il proxy che questa rete richiede.
    .title = Impostazione del proxy sbagliata
    .owner = Qui non c'è nulla da fare: la connessione non raggiunge il server come dovrebbe.
    .user = Correggere le variabili del proxy e l'impostazione del sistema. L'indirizzo del proxy comincia quasi sempre con http://, anche per HTTPS; gli host raggiunti direttamente vanno in no_proxy.
    .network = Annunciare il proxy giusto con il file di configurazione o con la politica in uso, e tenere vivo un vecchio indirizzo del proxy finché qualcuno lo usa.

C18 = Il certificato client manca, è scaduto, non è destinato all'autenticazione dei client o viene da un emittente che il server non accetta.
    .title = Certificato client mancante o sbagliato
    .owner = Scrivere nel registro il motivo di ogni rifiuto e il soggetto del certificato, e dire agli utenti quale emittente è accettato. Controllare che l'elenco delle CA accettate sia completo e la CRL recente.
    .user = Usare un certificato valido adesso, che ammetta clientAuth e venga dall'emittente indicato dal server. Inviare anche gli intermedi, e controllare che chiave e certificato vadano insieme.
    .network = Se un proxy sul percorso apre le connessioni TLS, esentare questo host: un certificato client non può attraversarlo.

C19 = La chiave del certificato client non è utilizzabile: il dispositivo manca, si attende un PIN o l'accesso alla chiave è negato.
    .title = Chiave del client inutilizzabile
    .owner = Qui non c'è nulla da fare: il server aspetta il client.
    .user = Inserire il dispositivo e il PIN, dare accesso alla chiave all'utente con cui gira il programma, o importare di nuovo certificato e chiave.
    .network = Qui non c'è nulla da fare: il guasto è sulla macchina del client.

C20 = Il programma o il DNS ricorda una chiave fissa per questo server, e il server ne mostra un'altra.
    .title = La chiave fissata non corrisponde
    .owner = Pubblicare la chiave successiva come riserva o come record TLSA prima di usarla, e lasciare quella vecchia finché tutte le copie sono decadute.
    .user = Aggiornare il programma. Se da altre reti si vede un'altra chiave, qui un proxy apre la connessione.
    .network = Esentare dall'ispezione TLS gli host con chiavi fissate: i loro programmi non accetteranno mai un altro certificato.

C21 = Una sola connessione TLS è usata insieme da più processi o thread, perciò i record si mescolano e non si possono decifrare.
    .title = Connessione condivisa fra processi
    .owner = Qui non c'è nulla da fare: il client mescola i propri record.
    .user = Aprire una connessione separata in ogni processo. Chiudere o scartare il gruppo di connessioni dopo una fork, e proteggere con un lock la connessione usata da più thread.
    .network = Qui non c'è nulla da fare: i record si mescolano prima di uscire dal client.

C22 = Il programma aspetta numeri casuali prima di inviare il suo primo messaggio, per lo più subito dopo l'avvio di una macchina.
    .title = Attesa di numeri casuali
    .owner = Qui non c'è nulla da fare: il client non ha ancora parlato.
    .user = Dare alla macchina virtuale una fonte di casualità come virtio-rng, o usare un servizio di entropia da jitter; usare un kernel attuale e avviare il programma più tardi.
    .network = Qui non c'è nulla da fare: il client non ha ancora parlato.

C23 = Il programma concede a ogni indirizzo meno tempo di un viaggio di andata e ritorno fino al server, perciò abbandona ogni tentativo troppo presto.
    .title = Troppo poco tempo per ogni indirizzo
    .owner = Avvicinare il servizio agli utenti, e ritirare gli indirizzi che non rispondono.
    .user = Aumentare nel programma il tempo concesso a ogni indirizzo, o disattivare la gara fra gli indirizzi.
    .network = Cercare che cosa allunga tanto il viaggio, e riparare la famiglia di indirizzi che non risponde.

C24 = Il limite di tempo del programma è più breve di quanto dura un handshake su questo percorso.
    .title = Limite di tempo troppo breve
    .owner = Rendere più rapido l'handshake: catena breve, ripresa delle sessioni, processori sufficienti, un punto di presenza più vicino agli utenti.
    .user = Aumentare nel programma il limite per la connessione e per l'handshake TLS, e cercare nella cronologia che cosa è lento.
    .network = Cercare su questo percorso perdite, lunghe deviazioni o un'ispezione che prende tempo.

C25 = La porta parla un protocollo diverso da quello che il client si aspetta: testo in chiaro, un altro servizio, o TLS solo dopo STARTTLS.
    .title = Porta o protocollo sbagliati
    .owner = Scrivere nella documentazione quale porta parla che cosa, e rimandare da HTTP in chiaro a HTTPS.
    .user = Usare la porta per TLS o la modalità STARTTLS di quel protocollo; per un server senza TLS usare lo schema in chiaro.
    .network = Controllare che la regola di inoltro o del bilanciatore porti alla porta giusta.

C26 = La prima connessione riesce ma quella ripresa fallisce, perché il client offre una sessione che non vale più o gestisce male la ripresa.
    .title = La ripresa della sessione fallisce nel client
    .owner = Cambiare le chiavi dei ticket con una sovrapposizione e condividerle fra tutti i server; per un ticket sconosciuto passare a un handshake completo, senza mai interrompere.
    .user = Aggiornare la libreria TLS, o fino ad allora disattivarvi i ticket di sessione.
    .network = Qui non c'è nulla da fare: la sessione è conservata ai due estremi.

C27 = Il client usa una chiave superata per Encrypted Client Hello, perciò il server risponde con il certificato del suo nome pubblico.
    .title = Chiave ECH superata
    .owner = Conservare le vecchie chiavi ECH più a lungo di quanto il record HTTPS possa restare in cache, e far inviare al server configurazioni nuove per riprovare.
    .user = Svuotare la cache del DNS e riavviare il programma. Se continua, disattivare per ora Encrypted Client Hello.
    .network = Far rispettare ai risolutori la durata dei record HTTPS.

C28 = Il client vuole sapere se il certificato è revocato e non raggiunge il servizio della CA che lo dice.
    .title = Servizio di revoca irraggiungibile
    .owner = Allegare una risposta OCSP dove la CA la offre, così che i client non debbano chiederla loro stessi.
    .user = Permettere l'accesso agli indirizzi OCSP e CRL scritti nel certificato, che si raggiungono in HTTP in chiaro. Tralasciare il controllo al massimo per una singola richiesta.
    .network = Permettere HTTP in chiaro sulla porta 80 verso gli indirizzi OCSP e CRL delle CA, anche per le macchine senza proxy e senza utente connesso.

C29 = Questa macchina tiene un indirizzo superato o sbagliato per il nome, perciò il client parla con un altro server.
    .title = Indirizzo sbagliato o superato
    .owner = Prima di un trasloco ridurre la durata dei record DNS, e tenere in funzione il vecchio server finché le vecchie risposte sono decadute.
    .user = Togliere la voce dal file hosts, svuotare le cache DNS del sistema e del programma, e riavviare i programmi che ricordano gli indirizzi per sempre.
    .network = Svuotare la cache del risolutore, e correggere i nomi che esso sostituisce localmente.

C30 = Alla macchina non resta alcuna porta locale o alcun descrittore di file libero per una connessione nuova.
    .title = Porte locali o descrittori esauriti
    .owner = Qui non c'è nulla da fare: la connessione non viene mai aperta.
    .user = Riusare le connessioni invece di aprirne di nuove, chiudere quelle che non servono più, e allargare l'intervallo delle porte locali o il limite dei file aperti.
    .network = Qui non c'è nulla da fare: la connessione non viene mai aperta.

C31 = IPv6 non funziona su questa macchina o nella sua rete, eppure il client lo prova per primo.
    .title = IPv6 guasto presso il client
    .owner = Controllare da altrove che il servizio risponda al suo indirizzo IPv6; se non risponde, correggerlo o ritirare il record AAAA.
    .user = Riparare IPv6 nel router, o preferire IPv4 finché non funziona.
    .network = Annunciare IPv6 con i router advertisement solo dove porta a Internet, e rispondere ai pacchetti che non passano con errori ICMPv6, così che i client cambino subito.

C32 = La libreria TLS del client ha un difetto che si mostra in una parte rara del protocollo, come la ripresa, un secondo ClientHello o la rinegoziazione.
    .title = Difetto nella libreria del client
    .owner = Qui non c'è nulla da fare: altre librerie si collegano al server senza difficoltà.
    .user = Aggiornare la libreria. Fino ad allora evitare la funzione che lo provoca, per esempio la ripresa delle sessioni, o usare un programma con un'altra libreria.
    .network = Qui non c'è nulla da fare: altre librerie passano sullo stesso percorso senza difficoltà.
