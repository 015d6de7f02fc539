# Cause sul percorso fra client e server: che cos'è ciascuna, e che cosa fa ognuna delle parti.

P01 = Il nome non porta a un indirizzo: non esiste, non ha indirizzi o la sua zona non risponde correttamente.
    .title = Il nome non si risolve
    .owner = Controllare che il nome sia registrato, che la sua zona sia delegata a server che rispondono e che abbia un record A o AAAA. Se si risolve solo con la verifica disattivata, riparare le firme DNSSEC o il record DS.
    .user = Controllare come è scritto il nome, poi chiedere a un altro risolutore. Per un nome interno, collegarsi alla rete o alla VPN che lo conosce.
    .network = Controllare che il risolutore di questa rete raggiunga i server della zona, e inoltrare i nomi interni ai server che li tengono.

P02 = Una domanda al DNS o la sua risposta va persa, e la libreria di risoluzione ripete la domanda solo dopo un tempo fisso, spesso cinque secondi.
    .title = Risposta del DNS persa
    .owner = In un cluster, tenere una cache DNS su ogni nodo, così che le domande non passino per la traduzione degli indirizzi.
    .user = Far inviare alla libreria di risoluzione le due domande da socket separati, ridurne il limite di tempo o indicare un altro risolutore.
    .network = Cercare pacchetti UDP persi fra client e risolutore: sovraccarico, un filtro che scarta una delle due risposte o una corsa critica nel tracciamento delle connessioni.

P03 = Un elenco di ricerca trasforma il nome in uno più lungo, e un record jolly risponde a questo con l'indirizzo di un host sbagliato.
    .title = L'elenco di ricerca porta a un host sbagliato
    .owner = Qui non c'è nulla da fare: la domanda riguardava un altro nome.
    .user = Scrivere il nome con un punto alla fine, o ridurre ndots perché i nomi completi siano chiesti per primi.
    .network = Togliere il record jolly dal dominio che sta nell'elenco di ricerca, o quel dominio dall'elenco.

P04 = Qualcuno sul percorso risponde alla domanda DNS con un indirizzo falso o dice che il nome non esiste.
    .title = Risposta del DNS falsificata
    .owner = Firmare la zona con DNSSEC, così che i risolutori che verificano si accorgano di una risposta falsa.
    .user = Usare un risolutore cifrato (DNS su HTTPS o su TLS) di cui ci si fida, e confrontarne la risposta.
    .network = Se il nome è sostituito di proposito, dirlo in una pagina all'indirizzo fornito; altrimenti cercare l'apparato che risponde al posto del risolutore.

P05 = Questa rete vuole prima un accesso, e fino ad allora il suo portale risponde al posto di ogni server.
    .title = Portale di accesso
    .owner = Qui non c'è nulla da fare: prima dell'accesso la connessione non raggiunge il server.
    .user = Aprire una pagina in HTTP in chiaro, accedere al portale e riprovare.
    .network = Annunciare il portale con DHCP o con i router advertisement (RFC 8910), e prima dell'accesso rifiutare HTTPS invece di rispondere con un proprio certificato.

P06 = Un proxy di questa rete apre le connessioni TLS e mostra certificati propri, e la sua radice non è nell'archivio di fiducia di questo client.
    .title = Ispezione TLS, radice non installata
    .owner = Qui non c'è nulla da fare: il certificato del server non arriva a questo client.
    .user = Chiedere agli amministratori della rete il certificato radice dell'ispezione, confrontarne l'impronta con la loro e installarlo. Se nessuno di loro ne sa nulla, usare un'altra rete.
    .network = Distribuire la radice dell'ispezione a tutte le macchine e a tutti i programmi, ed esentare gli host che non vanno aperti.

P07 = Il proxy di ispezione di questa rete fallisce nella propria connessione al server, e trasmette il guasto come azzeramento, chiusura o certificato di una sua seconda CA.
    .title = Il proxy di ispezione fallisce verso il server
    .owner = Controllare dall'esterno che la catena sia completa e che ci siano versioni e algoritmi in comune con librerie TLS più vecchie.
    .user = Provare da un'altra rete; se lì funziona, chiedere agli amministratori del proxy di guardare nel registro che cosa accade con questo host.
    .network = Guardare nel registro del proxy che cosa accade con questo host: per lo più lo ferma una catena incompleta, una radice non fidata o una versione di TLS superata. Correggere il proxy o esentare l'host.

P08 = Ai certificati fatti dal proxy di ispezione mancano estensioni che i client severi esigono.
    .title = Certificato di ispezione malformato
    .owner = Qui non c'è nulla da fare: il certificato del server non arriva a questo client.
    .user = Dire agli amministratori quale estensione manca. Finché non rinnovano la CA, disattivare il controllo severo solo per questo programma.
    .network = Rinnovare la CA del proxy con basic constraints critico, key usage e identificatori di chiave, e farle scrivere in ogni certificato l'identificatore della chiave dell'emittente.

P09 = Il proxy HTTP rifiuta di aprire un tunnel verso questo host.
    .title = Il proxy rifiuta CONNECT
    .owner = Qui non c'è nulla da fare: la connessione finisce al proxy.
    .user = Per lo stato 407 dare al proxy nome utente e password; per 403 chiedere agli amministratori di permettere host e porta; per gli stati da 502 a 504 far controllare se il proxy raggiunge l'host.
    .network = Permettere CONNECT verso questo host e questa porta nelle regole del proxy, e controllare che il proxy stesso sappia risolverlo e raggiungerlo.

P10 = Un firewall scarta in silenzio i pacchetti che aprirebbero la connessione.
    .title = Il firewall scarta i tentativi di connessione
    .owner = Aprire la porta nel firewall del server e nelle regole del fornitore (security group, criteri di rete), per IPv4 e per IPv6.
    .user = Provare da un'altra rete. Se lì funziona, chiedere agli amministratori di questa rete di aprire la porta.
    .network = Permettere le connessioni a questa porta, e rifiutare ciò che è vietato invece di scartarlo, così che i client non debbano attendere.

P11 = Un firewall prima del server risponde al tentativo di connessione con un reset, come se nessuno fosse in ascolto.
    .title = Il firewall rifiuta con un reset
    .owner = Aprire la porta nel firewall davanti al server e nelle regole del fornitore, per IPv4 e per IPv6.
    .user = Provare da un'altra rete. Se lì funziona, chiedere agli amministratori di questa rete di aprire la porta.
    .network = Permettere le connessioni a questa porta nella regola che le azzera.

P12 = Un router o un firewall risponde al tentativo di connessione con un messaggio ICMP che lo vieta.
    .title = Il firewall vieta con ICMP
    .owner = Aprire la porta nel firewall che invia il messaggio, se è proprio; il suo indirizzo sta fra le prove.
    .user = Controllare prima le proprie rotte e il proprio firewall; se il messaggio viene da altrove, rivolgersi agli amministratori di quel router.
    .network = Permettere la connessione nella regola che la rifiuta, o correggere la rotta che vi conduce.

P13 = Un filtro sul percorso legge il nome del server nel ClientHello e azzera la connessione.
    .title = Nome del server filtrato, connessione azzerata
    .owner = Offrire il servizio sotto un altro nome o dietro una CDN, e pubblicare Encrypted Client Hello, se i visitatori ne hanno bisogno.
    .user = Chiedere agli amministratori della rete di permettere il nome, o usare un'altra rete o una VPN dove è lecito.
    .network = Se il blocco non è voluto, togliere il nome o la sua categoria dal filtro.

P14 = Un filtro sul percorso legge il nome del server nel ClientHello e fa ammutolire la connessione.
    .title = Nome del server filtrato, pacchetti scartati
    .owner = Offrire il servizio sotto un altro nome o dietro una CDN, e pubblicare Encrypted Client Hello, se i visitatori ne hanno bisogno.
    .user = Chiedere agli amministratori della rete di permettere il nome, o usare un'altra rete o una VPN dove è lecito.
    .network = Se il blocco non è voluto, togliere il nome o la sua categoria dal filtro; se lo è, rifiutare invece di scartare.

P15 = Un filtro sul percorso legge il nome del server nel ClientHello e risponde al posto del server con una chiusura, un avviso o una pagina di blocco.
    .title = Nome del server filtrato, risposta inserita
    .owner = Offrire il servizio sotto un altro nome o dietro una CDN, e pubblicare Encrypted Client Hello, se i visitatori ne hanno bisogno.
    .user = Leggere nella pagina di blocco, se c'è, chi blocca e perché. Chiedere agli amministratori della rete di permettere il nome, o usare un'altra rete o una VPN dove è lecito.
    .network = Se il blocco non è voluto, togliere il nome o la sua categoria dal filtro.

P16 = La rete blocca le connessioni con Encrypted Client Hello, per lo più dal nome pubblico che mostrano.
    .title = Encrypted Client Hello bloccato
    .owner = Se tocca molti visitatori, togliere il parametro ech dal record HTTPS, o disattivare ECH nella CDN.
    .user = Disattivare Encrypted Client Hello nel browser, o usare un'altra rete.
    .network = Lasciare passare le connessioni verso il nome pubblico di ECH. Per escludere ECH da una rete gestita, disattivarlo con una politica nei browser invece di rompere le connessioni.

P17 = Un apparato sul percorso si aspetta l'intero ClientHello in un solo pacchetto e fallisce quando arriva in due, come accade con lo scambio di chiavi post-quantistico.
    .title = L'apparato non legge un ClientHello in due pacchetti
    .owner = Se l'apparato è proprio (firewall, bilanciatore, proxy), aggiornarne il firmware.
    .user = Finché l'apparato non è aggiornato, disattivare nel programma lo scambio di chiavi post-quantistico, così che il ClientHello stia in un pacchetto.
    .network = Aggiornare l'apparato che ispeziona TLS: deve riunire i segmenti TCP e i record TLS prima di leggere il ClientHello.

P18 = Un apparato sul percorso inciampa in valori del ClientHello più recenti di lui, come gruppi o algoritmi di firma nuovi.
    .title = L'apparato inciampa in valori nuovi
    .owner = Se l'apparato è proprio (firewall, bilanciatore, proxy), aggiornarne il firmware e le definizioni.
    .user = Finché l'apparato non è aggiornato, togliere nel programma i gruppi o gli algoritmi di firma nuovi.
    .network = Aggiornare il firmware e le definizioni dell'apparato: i valori sconosciuti di un ClientHello vanno ignorati.

P19 = Un apparato sul percorso non capisce TLS 1.3 e rompe l'handshake o lo riporta a una versione inferiore.
    .title = L'apparato non tollera TLS 1.3
    .owner = Se l'apparato è proprio, aggiornarlo; non disattivare TLS 1.3 per tutti.
    .user = Usare un'altra rete. Se non è possibile, limitare a TLS 1.2 questo solo programma finché l'apparato non è aggiornato.
    .network = Aggiornare l'apparato, o esentare questo traffico dalla sua ispezione TLS.

P20 = Un apparato sul percorso o davanti al server fallisce con ClientHello di certe lunghezze.
    .title = L'apparato non tollera certe lunghezze
    .owner = Aggiornare il bilanciatore davanti al server; le vecchie versioni inciampano in ClientHello lunghi da 256 a 511 ottetti.
    .user = Usare un client che allunga il ClientHello con un riempimento, come fanno i browser.
    .network = Aggiornare l'apparato, o esentare questo traffico dalla sua ispezione TLS.

P21 = I pacchetti grandi dal client al server spariscono, perché un router sul percorso li scarta e il suo messaggio "pacchetto troppo grande" non torna indietro.
    .title = Buco nero della MTU verso il server
    .owner = Qui non c'è nulla da fare: i pacchetti si perdono prima di raggiungere il server.
    .user = Ridurre la MTU dell'interfaccia, o lasciare che il sistema cerchi da sé una misura più piccola.
    .network = Lasciare passare ICMP tipo 3 codice 4 e ICMPv6 tipo 2, e limitare la dimensione massima dei segmenti TCP dove la MTU si riduce.

P22 = I pacchetti grandi dal server al client spariscono, perché un router sul percorso li scarta e il suo messaggio "pacchetto troppo grande" non raggiunge il server.
    .title = Buco nero della MTU verso il client
    .owner = Far arrivare al server ICMP tipo 3 codice 4 e ICMPv6 tipo 2, anche attraverso bilanciatori e anycast, e attivare la ricerca della MTU.
    .user = Ridurre la MTU dell'interfaccia o del router; allora anche il server invia pacchetti più piccoli.
    .network = Lasciare passare ICMP tipo 3 codice 4 e ICMPv6 tipo 2, e limitare in entrambe le direzioni la dimensione massima dei segmenti TCP dove la MTU si riduce.

P23 = Un tunnel o una rete sovrapposta trasporta pacchetti più piccoli di quanto creda l'interfaccia del container o della macchina che sta dietro.
    .title = Rete sovrapposta con MTU minore
    .owner = Se il server sta dietro una rete sovrapposta, impostarne la MTU a quella della rete sottostante meno il costo dell'incapsulamento, uguale su tutti i nodi.
    .user = Dare alla rete dei container o al tunnel una MTU adatta; l'host stesso intanto funziona.
    .network = Aumentare la MTU della rete sottostante, o limitare la dimensione massima dei segmenti TCP dove il traffico entra nel tunnel.

P24 = Su un percorso IPv6 o NAT64 si perdono i frammenti o i messaggi "pacchetto troppo grande", perciò i pacchetti grandi non arrivano mai.
    .title = Pacchetti grandi persi su IPv6 o NAT64
    .owner = Far arrivare ICMPv6 tipo 2 al server, anche attraverso i bilanciatori, e non inviare segmenti che richiedono frammentazione.
    .user = Preferire IPv4 finché non è riparato, o ridurre la MTU a 1280.
    .network = Lasciare passare ICMPv6 tipo 2, inviarlo da un indirizzo raggiungibile, e limitare la dimensione massima dei segmenti nel traduttore.

P25 = Un'interfaccia di rete virtuale invia pacchetti con somme di controllo sbagliate, perché ne lascia il calcolo a un hardware che non lo fa.
    .title = Somme di controllo sbagliate
    .owner = Se il server è una macchina virtuale o un container, disattivare sull'interfaccia virtuale la delega delle somme di controllo e aggiornare il kernel e il plug-in di rete.
    .user = Disattivare la delega delle somme di controllo sull'interfaccia virtuale di questa macchina, e aggiornare il kernel e il plug-in di rete.
    .network = Cercare presso il destinatario pacchetti con somme di controllo sbagliate, e disattivare la delega sul tunnel o sul bridge che attraversano.

P26 = La traduzione degli indirizzi sul percorso prende un pacchetto per non valido e lo inoltra senza tradurlo, e l'estremo che non lo riconosce azzera la connessione.
    .title = Pacchetto preso per non valido, poi reset
    .owner = In un cluster, scartare sui nodi i pacchetti in stato INVALID invece di inoltrarli.
    .user = Riprovare; il guasto è raro e dipende dal carico.
    .network = Scartare i pacchetti in stato INVALID prima che escano senza traduzione, o rendere tollerante il tracciamento sulle finestre TCP.

P27 = La tabella delle connessioni di un firewall o di un traduttore di indirizzi è piena, perciò le connessioni nuove sono scartate mentre le vecchie continuano.
    .title = Tabella delle connessioni piena
    .owner = Se è la tabella del server stesso, ingrandirla, ridurne i limiti di tempo o esentare la porta dal tracciamento.
    .user = Riprovare più tardi, e riusare le connessioni invece di aprirne molte.
    .network = Ingrandire la tabella delle connessioni, ridurre i limiti di tempo delle voci inattive e cercare la sorgente che la riempie.

P28 = Il traduttore di indirizzi non ha più porte sorgente libere per altre connessioni verso questa destinazione.
    .title = Porte per la traduzione esaurite
    .owner = Chi serve molti client dietro pochi indirizzi tenga aperte più a lungo le connessioni e offra più indirizzi.
    .user = Riusare le connessioni e aprirne meno insieme.
    .network = Dare al traduttore più indirizzi pubblici o più porte per ogni client, e sorvegliarne il conteggio delle traduzioni fallite.

P29 = Un client dietro un bilanciatore viene rimandato alla propria macchina, e la risposta prende un'altra strada rispetto alla domanda perché l'indirizzo del client è stato conservato.
    .title = Il bilanciatore riporta al client
    .owner = Disattivare la conservazione dell'indirizzo del client per questo gruppo di destinazioni, o usare al suo posto il protocollo PROXY.
    .user = Raggiungere il servizio al suo indirizzo interno, non attraverso il bilanciatore che si ha davanti.
    .network = Disattivare la conservazione dell'indirizzo del client, o tradurre l'indirizzo sorgente delle connessioni che tornano alla propria macchina.

P30 = I pacchetti di andata e di ritorno prendono strade diverse, e un firewall con stato che vede una sola direzione blocca la connessione.
    .title = Instradamento asimmetrico attraverso un firewall
    .owner = Su un server con più interfacce, rispondere dall'interfaccia da cui è arrivata la domanda, con una tabella di rotte per ciascuna.
    .user = Provare da un'altra rete, e disattivare una VPN che porta soltanto una parte del traffico.
    .network = Rendere simmetriche le rotte, condividere lo stato fra i firewall o esentare questo traffico dal controllo dello stato.

P31 = In qualche punto oltre il client il percorso IPv6 verso questo server è interrotto, mentre IPv4 funziona.
    .title = Percorso IPv6 interrotto
    .owner = Controllare dall'esterno la rotta, il firewall e l'ascolto IPv6 del server, e ritirare il record AAAA finché non funziona.
    .user = Usare IPv4 per questo host finché il percorso non è riparato.
    .network = Tracciare il percorso con IPv6 e segnalare a chi lo gestisce il punto in cui finisce.

P32 = Sul percorso si perdono pacchetti a caso, perciò alcuni handshake sono lenti e qualcuno fallisce.
    .title = Perdita di pacchetti
    .owner = Controllare errori e saturazione dell'interfaccia e del collegamento del server.
    .user = Usare un cavo o avvicinarsi al punto di accesso, fermare i grandi trasferimenti, e dare al programma un limite di tempo più lungo.
    .network = Trovare il collegamento con errori o code piene e ripararlo o potenziarlo.

P33 = Un tunnel che porta la connessione è interrotto, come una VPN o il tunnel del piano di controllo di un cluster.
    .title = Tunnel interrotto
    .owner = Riavviare i pod o il servizio del tunnel, e controllare che le sue chiavi e i suoi certificati non siano scaduti.
    .user = Riconnettere la VPN, o attendere che il tunnel sia riparato.
    .network = Controllare i due estremi del tunnel: l'handshake, le rotte che vi passano e la regola del firewall che lo permette.

P34 = Un limitatore o una protezione dagli attacchi rifiuta le connessioni dopo un certo numero di tentativi e più tardi le lascia passare di nuovo.
    .title = Limitatore o protezione dagli attacchi
    .owner = Alzare il limite, o contare secondo qualcosa di più fine dell'indirizzo quando molti client ne condividono uno.
    .user = Rallentare, riusare le connessioni e aspettare prima di riprovare.
    .network = Regolare le soglie della protezione o del proxy SYN, ed esentare le sorgenti note.

P35 = Un filtro al margine del server rifiuta l'indirizzo o il Paese da cui viene la connessione.
    .title = Indirizzo o Paese filtrato
    .owner = Aggiungere l'indirizzo pubblico del client a quelli ammessi, o toglierlo da quelli bloccati (lista di accesso, security group, fail2ban, WAF).
    .user = Comunicare al proprietario il proprio indirizzo pubblico, o collegarsi da un indirizzo ammesso.
    .network = Controllare se i propri indirizzi pubblici stanno in una lista di blocco, e badare che i client escano con gli indirizzi che i partner hanno ammesso.

P36 = Un filtro contro i bot rifiuta questo tipo di client dalla forma del suo ClientHello, qualunque cosa chieda.
    .title = Client rifiutato per la sua impronta
    .owner = Permettere questo client nella regola contro i bot, o dare ai programmi un indirizzo a parte con autenticazione.
    .user = Usare l'interfaccia destinata ai programmi o un client aggiornato, o chiedere al proprietario di permettere il proprio.
    .network = Se il filtro è proprio, permettervi la forma di questo client.

P37 = Un apparato sul percorso non sa trattare un'opzione TCP come ECN, Fast Open, Multipath TCP o le marche temporali.
    .title = Opzione TCP non tollerata
    .owner = Se l'apparato è proprio, aggiornarlo o fargli lasciare intatte le opzioni TCP sconosciute.
    .user = Disattivare le opzioni una alla volta finché le connessioni si aprono, e tenere disattivata solo quella colpevole.
    .network = Aggiornare l'apparato, e fargli lasciare intatte le opzioni TCP sconosciute invece di scartare i pacchetti.

P38 = Un firewall o un traduttore dimentica la connessione mentre l'handshake attende, per esempio la scelta di un certificato client.
    .title = Connessione dimenticata durante l'handshake
    .owner = Se l'apparato sta davanti al proprio server, alzarne il limite di tempo per le connessioni inattive.
    .user = Scegliere il certificato e inserire il PIN rapidamente, o preparare entrambi prima di collegarsi.
    .network = Alzare il limite di tempo per le connessioni inattive, e azzerare la connessione che si rimuove, così che gli estremi se ne accorgano.

P39 = La porta UDP 443 è bloccata, perciò QUIC non riceve risposta e i client ripiegano su TCP dopo un ritardo.
    .title = Porta UDP 443 bloccata
    .owner = Aprire la porta UDP 443 nel firewall del server, o smettere di annunciare HTTP/3 dove non è servito.
    .user = Disattivare QUIC nel browser, se il ritardo dà fastidio.
    .network = Aprire la porta UDP 443, o rifiutarla con un messaggio ICMP, così che i client ripieghino subito.

P40 = Un proxy sul percorso accetta le connessioni TCP al posto del server, perciò una connessione aperta non prova che il server sia stato raggiunto.
    .title = Proxy TCP trasparente
    .owner = Qui non c'è nulla da fare: il proxy sta nella parte di percorso che spetta al client.
    .user = Confrontare con un'altra rete, e giudicare dalla risposta TLS, non dalla connessione aperta.
    .network = Far trasmettere al proxy ciò che incontra presso il server (rifiuto, silenzio, reset), o esentarne il traffico TLS.

P41 = Un dispositivo per strada lascia aprire le connessioni e poi perde o azzera tutto ciò che inizia TLS, qualunque sia il nome del server.
    .title = TLS bloccato per strada
    .owner = Se il dispositivo è vostro (firewall, prevenzione delle intrusioni, bilanciatore), permettetevi TLS verso questa porta.
    .user = Provate da un'altra rete. Se lì funziona, chiedete agli amministratori di questa rete di permettere TLS verso questo host.
    .network = Trovate il dispositivo dopo il salto indicato nelle prove e permettetevi TLS verso questo host e questa porta, oppure rifiutate le connessioni quando si aprono, così che i client non debbano aspettare.
