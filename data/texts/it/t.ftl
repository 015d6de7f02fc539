# Cause che si mostrano come tempo: che cos'è ciascuna, e che cosa fa ognuna delle parti.

T01 = La ricerca del nome prende la maggior parte del tempo, prima che cominci qualsiasi connessione.
    .title = Risoluzione dei nomi lenta
    .owner = Controllare che tutti i server dei nomi della zona rispondano rapidamente, ed evitare lunghe catene di alias.
    .user = Indicare un risolutore più rapido, o ridurre il tempo dopo il quale si chiede al successivo.
    .network = Cercare fra i risolutori annunciati ai client quello sovraccarico o irraggiungibile, e toglierlo.

T02 = Il pacchetto che apre la connessione o la sua risposta è andato perso e si è dovuto ripetere, perciò il collegamento ha richiesto un secondo o più.
    .title = Tentativo di connessione ripetuto
    .owner = Controllare se la coda di accettazione del server trabocca, e ingrandirla.
    .user = Qui non c'è nulla da fare oltre a riprovare: il pacchetto si perde sul percorso o presso il server.
    .network = Cercare su questo percorso perdite, una tabella delle connessioni piena o un limitatore delle connessioni nuove.

T03 = Pacchetti dell'handshake sono andati persi e si sono dovuti ripetere, e ogni ripetizione attende più della precedente.
    .title = Dati dell'handshake ripetuti
    .owner = Controllare errori e saturazione dell'interfaccia e del collegamento del server.
    .user = Usare un cavo o avvicinarsi al punto di accesso, e fermare i grandi trasferimenti.
    .network = Trovare il collegamento che perde pacchetti e ripararlo o potenziarlo.

T04 = Il server riceve subito il ClientHello ma impiega molto prima di rispondere.
    .title = Il server impiega molto a rispondere
    .owner = Trovare che cosa attende: processori saturi, un processo bloccato, un servizio di chiavi remoto o un backend lento. Con una chiave ECDSA e la ripresa delle sessioni gli handshake costano meno.
    .user = Qui non c'è nulla da fare: il tempo passa nel server.
    .network = Qui non c'è nulla da fare: i pacchetti arrivano in tempo.

T05 = I certificati superano ciò che il server può inviare prima della prima conferma, perciò l'handshake richiede un viaggio in più.
    .title = I certificati superano la prima finestra
    .owner = Inviare solo i certificati necessari, senza la radice, usare chiavi ECDSA, e tenere la finestra iniziale a dieci segmenti o più.
    .user = Qui non c'è nulla da fare: è il server a decidere quanto invia.
    .network = Qui non c'è nulla da fare: il ritardo viene dalla dimensione dei certificati.

T06 = Il server chiede un gruppo di scambio delle chiavi diverso da quello che il client ha supposto, e ciò costa un viaggio di andata e ritorno.
    .title = Serve un secondo ClientHello
    .owner = Accettare i gruppi per cui i client attuali inviano subito una chiave: X25519MLKEM768 e X25519.
    .user = Mettere per primo nell'elenco del client il gruppo che il server preferisce, se si può impostare.
    .network = Qui non c'è nulla da fare: i due estremi concordano il gruppo fra loro.

T07 = Il client cerca di prendere dalla CA un certificato intermedio o lo stato di revoca, e questo prelievo resta sospeso.
    .title = Il prelievo dalla CA resta sospeso
    .owner = Inviare la catena completa e allegare una risposta OCSP dove la CA la offre, così che i client non debbano prelevare nulla.
    .user = Permettere l'accesso agli indirizzi della CA scritti nel certificato, o disattivare il prelievo in questo programma.
    .network = Permettere HTTP in chiaro verso gli indirizzi della CA, o rifiutarlo, così che i client non debbano attendere.

T08 = Il client prova prima l'altra famiglia di indirizzi, che non risponde, e cambia solo dopo un ritardo.
    .title = Ritardo prima dell'altra famiglia di indirizzi
    .owner = Riparare l'indirizzo che non risponde, o ritirarne il record.
    .user = Preferire la famiglia che funziona, o usare un programma che le prova entrambe insieme.
    .network = Riparare la rotta della famiglia che fallisce, o rifiutarne i pacchetti con un messaggio ICMP, così che i client cambino subito.

T09 = È il client stesso a fermarsi durante l'handshake, per esempio per un esame antivirus, un PIN o numeri casuali.
    .title = Il client si ferma
    .owner = Qui non c'è nulla da fare: il server aspetta il client.
    .user = Trovare che cosa il programma attende fra un messaggio e l'altro, e disattivare ciò che lo ritarda.
    .network = Qui non c'è nulla da fare: la pausa avviene dentro la macchina del client.

T10 = Un temporizzatore del server o del bilanciatore chiude la connessione dopo un tempo fisso, prima che arrivi l'handshake o la richiesta successiva.
    .title = Un temporizzatore chiude la connessione
    .owner = Portare il limite di tempo per handshake e connessioni inattive a quanto serve ai client lenti, e tenerlo più lungo di quello del client.
    .user = Rispondere più in fretta alle richieste del programma, e chiudere le connessioni inattive prima del server.
    .network = Alzare il limite di tempo del bilanciatore o del firewall per le connessioni inattive.

T11 = Solo la prima connessione dopo una pausa o una ricarica è lenta o incompleta, perché il server la prepara su richiesta.
    .title = La prima connessione è lenta
    .owner = Preparare prima che arrivi il primo visitatore: caricare la risposta OCSP da un file, emettere i certificati in anticipo, tenere calde le istanze.
    .user = Provare una seconda volta.
    .network = Qui non c'è nulla da fare: al primo tentativo il server non è pronto.

T12 = I guasti tornano a intervalli regolari, insieme con qualcosa che va a orologio.
    .title = Guasti a intervalli regolari
    .owner = Confrontare le ore dei guasti con rotazioni, ricariche, backup e cambi di chiave, e correggere il lavoro che gira in quel momento.
    .user = Annotare per il proprietario le ore dei guasti, e riprovare poco dopo.
    .network = Confrontare le ore dei guasti con i lavori dei propri apparati, come aggiornamenti dei filtri o rinnovi dei tunnel.

T13 = La strada fino al server è lunga, come via satellite o verso un altro continente, e ogni passo dell'handshake richiede un lungo viaggio di andata e ritorno.
    .title = Lungo viaggio di andata e ritorno
    .owner = Avvicinare agli utenti il punto in cui finisce la connessione TLS, e usare TLS 1.3 e la ripresa delle sessioni per risparmiare viaggi.
    .user = Dare al programma un limite di tempo più lungo, e riusare le connessioni.
    .network = Controllare se la rotta fa una deviazione.

T14 = Un proxy davanti al servizio prova un backend dopo l'altro e fa attendere al client la somma dei loro limiti di tempo.
    .title = Il proxy riprova più volte i backend
    .owner = Riparare i backend, ridurre nel proxy il limite di tempo per il collegamento, e limitare il numero dei tentativi.
    .user = Qui non c'è nulla da fare oltre a un limite di tempo più lungo: il proxy aspetta i suoi backend.
    .network = Se il proxy è proprio, ridurne il limite di tempo per il collegamento e limitare il numero dei tentativi.

T15 = Il browser fallisce con il suo ClientHello completo e riesce più tardi con uno più piccolo, senza Encrypted Client Hello o chiavi post-quantistiche.
    .title = Il browser riprova con meno
    .owner = Controllare che le chiavi ECH nel DNS siano quelle che il server possiede, e che tutti gli apparati che ha davanti accettino un ClientHello in due pacchetti.
    .user = Finché il percorso non è riparato, disattivare nel browser ciò che fallisce, Encrypted Client Hello o lo scambio di chiavi post-quantistico.
    .network = Aggiornare l'apparato che ferma il primo tentativo, così che lasci passare ClientHello grandi e cifrati.

T16 = Il collegamento dura esattamente 63 secondi, la somma di sei attese ogni volta raddoppiate, perché un'interfaccia virtuale guasta le somme di controllo dei primi pacchetti.
    .title = Il collegamento dura 63 secondi
    .owner = Disattivare la delega delle somme di controllo sulle interfacce tunnel dei nodi, e aggiornare il kernel e il plug-in di rete.
    .user = Se il client è un container dello stesso cluster, collegarsi al backend con il suo indirizzo finché i nodi non sono riparati.
    .network = Disattivare la delega delle somme di controllo sull'interfaccia tunnel in questione, e cercare presso il destinatario pacchetti con somme di controllo sbagliate.
