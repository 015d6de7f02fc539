# Cause nel certificato e nella sua catena: che cos'è ciascuna, e che cosa fa ognuna delle parti.

X01 = Il certificato del server è scaduto.
    .title = Certificato scaduto
    .owner = Rinnovare il certificato, ricaricare il server, e automatizzare il rinnovo.
    .user = Aspettare il proprietario; non proseguire se è in gioco qualcosa di valore.
    .network = Qui non c'è nulla da fare: la rete porta ciò che le viene dato.

X02 = Il certificato del server diventa valido solo in futuro.
    .title = Certificato non ancora valido
    .owner = Servire il certificato vecchio finché comincia il nuovo, o farlo emettere di nuovo.
    .user = Aspettare il proprietario, dopo aver controllato il proprio orologio.
    .network = Qui non c'è nulla da fare: la rete porta ciò che le viene dato.

X03 = Il certificato copre il nome con www o senza, ma non quello richiesto.
    .title = Manca il nome con o senza www
    .owner = Far emettere il certificato per entrambi i nomi.
    .user = Usare l'altra forma del nome.
    .network = Qui non c'è nulla da fare: la rete porta ciò che le viene dato.

X04 = Il carattere jolly del certificato sta per una sola etichetta e non arriva al nome richiesto.
    .title = Il carattere jolly copre una sola etichetta
    .owner = Aggiungere al certificato il nome, o un carattere jolly un livello più in basso.
    .user = Dire al proprietario quale nome manca.
    .network = Qui non c'è nulla da fare: la rete porta ciò che le viene dato.

X05 = Il server risponde con il certificato di un altro sito.
    .title = Certificato di un altro sito
    .owner = Associare il nome al proprio certificato su questo server o rete di distribuzione.
    .user = Controllare il nome; non proseguire.
    .network = Qui non c'è nulla da fare: la rete porta ciò che le viene dato.

X06 = Il certificato ha il suo nome solo nel common name, che i client non leggono più.
    .title = Nome solo nel common name
    .owner = Far emettere di nuovo il certificato con un subject alternative name.
    .user = Avvisare il proprietario; non disattivare il controllo del nome.
    .network = Qui non c'è nulla da fare: la rete porta ciò che le viene dato.

X07 = Il bersaglio è un indirizzo, e il certificato non lo elenca.
    .title = Indirizzo non nel certificato
    .owner = Aggiungere l'indirizzo ai subject alternative name, o pubblicare un nome.
    .user = Usare il nome invece dell'indirizzo.
    .network = Qui non c'è nulla da fare: la rete porta ciò che le viene dato.

X08 = Il nome ha lettere internazionali, un trattino basso o un punto finale che la forma del certificato non rispecchia.
    .title = Nome in una forma scritta insolita
    .owner = Usare nel certificato la forma A-label, e nomi senza trattino basso.
    .user = Scrivere il nome nella forma semplice, senza punto finale.
    .network = Qui non c'è nulla da fare: la rete porta ciò che le viene dato.

X09 = Il certificato del server è firmato con la propria chiave, perciò nessuno lo garantisce.
    .title = Certificato autofirmato
    .owner = Ottenere un certificato da una CA pubblica, o dalla propria CA se tutti i client la conoscono.
    .user = Non proseguire se il proprietario non conferma l'impronta per altra via.
    .network = Qui non c'è nulla da fare: la rete porta ciò che le viene dato.

X10 = Il certificato viene da una CA di cui questa macchina non si fida.
    .title = CA privata con radice non installata
    .owner = Usare una CA pubblica per nomi pubblici, o distribuire la radice a tutti i client.
    .user = Se la CA è della vostra organizzazione, installarne la radice; altrimenti non proseguire.
    .network = Se la rete ispeziona TLS, distribuirne la radice a tutte le macchine.

X11 = Il server invia il proprio certificato senza il certificato intermedio che lo collega a una radice fidata.
    .title = Certificato intermedio mancante
    .owner = Servire l'intera catena: prima il certificato del server, poi gli intermedi, senza la radice.
    .user = Non c'è nulla da installare: alcuni browser scaricano il certificato mancante, altri programmi non possono; avvisare il proprietario.
    .network = Qui non c'è nulla da fare: la rete porta ciò che le viene dato.

X12 = Il server invia i certificati in ordine sbagliato, ripetuti, o con alcuni estranei.
    .title = Catena in ordine sbagliato o con certificati estranei
    .owner = Inviare ogni certificato una volta, ciascuno seguito dal suo emittente.
    .user = Qui non c'è nulla da fare, se il programma non è rigoroso sull'ordine.
    .network = Qui non c'è nulla da fare: la rete porta ciò che le viene dato.

X13 = È scaduto un certificato della catena diverso da quello del server.
    .title = Intermedio o firma incrociata scaduti
    .owner = Sostituire la catena con quella che la CA distribuisce ora.
    .user = Aggiornare il programma: quelli più recenti trovano un altro percorso dove esiste.
    .network = Qui non c'è nulla da fare: la rete porta ciò che le viene dato.

X14 = Un programma di radici ha tolto la fiducia alla CA, per tutti i certificati o da una data in poi.
    .title = Radice non più fidata per un programma di radici
    .owner = Passare a un'altra CA.
    .user = Qui non c'è nulla da fare: il proprietario deve cambiare CA.
    .network = Qui non c'è nulla da fare: la rete porta ciò che le viene dato.

X15 = La radice è stata tolta dall'archivio del sistema operativo con un aggiornamento.
    .title = Radice tolta dall'archivio del sistema
    .owner = Passare a una CA che tutti gli archivi contengono.
    .user = Confrontare l'archivio con quello di prima dell'aggiornamento.
    .network = Qui non c'è nulla da fare: la rete porta ciò che le viene dato.

X16 = Un certificato della catena è firmato con SHA-1 o MD5.
    .title = Firma debole
    .owner = Far emettere di nuovo il certificato con SHA-256.
    .user = Qui non c'è nulla da fare: il proprietario deve sostituire il certificato.
    .network = Qui non c'è nulla da fare: la rete porta ciò che le viene dato.

X17 = La chiave del certificato è più piccola di quanto i client accettino.
    .title = Chiave troppo piccola
    .owner = Creare una chiave nuova: ECDSA P-256, o RSA di almeno 2048 bit.
    .user = Qui non c'è nulla da fare: il proprietario deve sostituire la chiave.
    .network = Qui non c'è nulla da fare: la rete porta ciò che le viene dato.

X18 = La chiave del certificato è notoriamente debole o pubblica.
    .title = Chiave notoriamente debole
    .owner = Revocare il certificato e creare una chiave nuova su una macchina affidabile.
    .user = Non proseguire.
    .network = Qui non c'è nulla da fare: la rete porta ciò che le viene dato.

X19 = La CA ha revocato il certificato.
    .title = Certificato revocato
    .owner = Ottenere un certificato nuovo, con una chiave nuova se la vecchia è stata esposta.
    .user = Non proseguire.
    .network = Qui non c'è nulla da fare: la rete porta ciò che le viene dato.

X20 = Il certificato esige una risposta OCSP allegata, e non ne arriva alcuna.
    .title = Must-staple senza risposta allegata
    .owner = Attivare lo stapling, o ottenere un certificato senza must-staple.
    .user = Riprovare fra un minuto.
    .network = Qui non c'è nulla da fare: la rete porta ciò che le viene dato.

X21 = Il certificato non mostra di essere stato registrato in abbastanza registri di trasparenza.
    .title = Troppo poche marche temporali di trasparenza
    .owner = Far emettere di nuovo il certificato da una CA che lo registra.
    .user = Qui non c'è nulla da fare: il proprietario deve sostituire il certificato.
    .network = Qui non c'è nulla da fare: la rete porta ciò che le viene dato.

X22 = Il certificato è valido più a lungo di quanto i client permettano.
    .title = Validità troppo lunga
    .owner = Far emettere un certificato che valga per meno tempo.
    .user = Qui non c'è nulla da fare: il proprietario deve sostituire il certificato.
    .network = Qui non c'è nulla da fare: la rete porta ciò che le viene dato.

X23 = Il certificato o il suo emittente non può essere usato per questo scopo.
    .title = Certificato per un altro scopo
    .owner = Farlo emettere con lo scopo che serve: autenticazione del server o del client.
    .user = Qui non c'è nulla da fare: il proprietario deve sostituire il certificato.
    .network = Qui non c'è nulla da fare: la rete porta ciò che le viene dato.

X24 = Un certificato della catena non può emetterne altri, o non a questa profondità.
    .title = L'emittente non può emettere
    .owner = Far rifare il certificato della CA emittente con i vincoli giusti.
    .user = Qui non c'è nulla da fare: il proprietario deve sostituire la catena.
    .network = Qui non c'è nulla da fare: la rete porta ciò che le viene dato.

X25 = Il server usa come proprio un certificato di CA, o il certificato della CA è di versione 1.
    .title = Certificato di CA usato come proprio dal server
    .owner = Far emettere dalla CA un certificato per il server.
    .user = Qui non c'è nulla da fare: il proprietario deve sostituire il certificato.
    .network = Qui non c'è nulla da fare: la rete porta ciò che le viene dato.

X26 = La CA non può emettere per questo nome.
    .title = Nome fuori dai vincoli della CA
    .owner = Far emettere il certificato da una CA che può.
    .user = Qui non c'è nulla da fare: il proprietario deve sostituire il certificato.
    .network = Qui non c'è nulla da fare: la rete porta ciò che le viene dato.

X27 = Un certificato ha un'estensione critica che i client non conoscono e perciò devono rifiutare.
    .title = Estensione critica sconosciuta
    .owner = Farlo emettere senza l'estensione, o con l'estensione non critica.
    .user = Qui non c'è nulla da fare: il proprietario deve sostituire il certificato.
    .network = Qui non c'è nulla da fare: la rete porta ciò che le viene dato.

X28 = Un certificato viola una regola del suo formato che i client rigorosi esigono.
    .title = Certificato malformato
    .owner = Farlo emettere di nuovo da un programma che rispetta la RFC 5280.
    .user = Qui non c'è nulla da fare: il proprietario deve sostituire il certificato.
    .network = Se il certificato l'ha creato un apparato che ispeziona TLS, farne rifare la CA e i certificati.

X29 = Due certificati diversi hanno lo stesso emittente e numero di serie.
    .title = Emittente e numero di serie usati due volte
    .owner = Dare a ogni certificato un numero di serie proprio.
    .user = Cancellare il certificato memorizzato nel programma.
    .network = Se i certificati li ha creati un apparato che ispeziona TLS, fargli usare un numero di serie nuovo per ciascuno.

X30 = Una CA con il nome atteso è fidata, ma la sua chiave non è quella che ha firmato.
    .title = Stesso nome di CA, altra chiave
    .owner = Distribuire il nuovo certificato della CA, e dare un nome nuovo a una chiave nuova.
    .user = Aggiornare il file della CA fidata.
    .network = Qui non c'è nulla da fare: la rete porta ciò che le viene dato.

X31 = La chiave o la firma del certificato è di un tipo che questo client non supporta.
    .title = Tipo di chiave o di firma non supportato
    .owner = Servire anche un certificato ECDSA P-256 o RSA.
    .user = Aggiornare il programma.
    .network = Qui non c'è nulla da fare: la rete porta ciò che le viene dato.

X32 = I certificati occupano tanti ottetti che gli handshake diventano lenti o falliscono.
    .title = Catena molto grande
    .owner = Inviare solo il necessario, e usare ECDSA.
    .user = Qui non c'è nulla da fare: il proprietario deve accorciare la catena.
    .network = Qui non c'è nulla da fare: la rete porta ciò che le viene dato.

X33 = Il server controlla i certificati client con una lista di revoca scaduta o mancante.
    .title = CRL per i certificati client scaduta o mancante
    .owner = Rinnovare la lista prima che scada.
    .user = Avvisare il proprietario che certificati client validi vengono rifiutati.
    .network = Qui non c'è nulla da fare: la rete porta ciò che le viene dato.

X34 = Il record TLSA nel DNS non corrisponde al certificato servito.
    .title = Record DANE non corrispondente
    .owner = Pubblicare il record per la chiave nuova prima di servirla.
    .user = Avvisare il proprietario; nel frattempo la posta resta in attesa.
    .network = Qui non c'è nulla da fare: la rete porta ciò che le viene dato.

X35 = Il certificato è stato emesso dall'ambiente di prova di una CA.
    .title = Certificato di una CA di prova
    .owner = Ordinarlo dall'ambiente di produzione della CA.
    .user = Non installare la radice di prova; avvisare il proprietario.
    .network = Qui non c'è nulla da fare: la rete porta ciò che le viene dato.

X36 = Il dominio è scaduto e al suo posto risponde il registrar.
    .title = Dominio scaduto o parcheggiato
    .owner = Rinnovare il dominio.
    .user = Aspettare il proprietario.
    .network = Qui non c'è nulla da fare: la rete porta ciò che le viene dato.

X37 = I browser bloccano questa chiave o CA perché è compromessa o serve a intercettare connessioni.
    .title = Chiave bloccata dai browser
    .owner = Creare una chiave nuova e far emettere di nuovo il certificato.
    .user = Rimuovere il programma che ha installato questa CA.
    .network = Controllare se la rete intercetta TLS con questa CA.
