# Ciò che si perde, viene rifiutato o riceve risposta tra qui e il server.

seen-P10 = Da { $address } non arriva risposta: i pacchetti che aprono la connessione passano il salto { $hop } ({ $router }) e si perdono subito dopo, mentre il percorso continua.
seen-P10-end = Da { $address } non arriva risposta: i pacchetti che aprono la connessione si perdono alla fine del percorso, oppure non c'è nessuno che risponda.
seen-P11 = Non è { $address } a rifiutare: i pacchetti che aprono la connessione passano il salto { $hop } ({ $router }) e vengono rifiutati subito dopo, prima della fine del percorso.
seen-P12 = { $router } vieta le connessioni a { $address } (ICMP { $icmp }).
seen-P13 = Le connessioni a { $host } vengono azzerate per strada a causa del nome { $name }: il ClientHello non arriva mai al server.
seen-P14 = I ClientHello per { $name } si perdono per strada a causa di quel nome: un altro nome allo stesso indirizzo riceve risposta.
seen-P15 = Qualcosa per strada risponde al posto di { $host } a causa del nome { $name }: la risposta viene da prima della fine del percorso.
seen-P17 = Qualcosa sul percorso verso { $host } perde un ClientHello che arriva in due pacchetti: uno piccolo passa intero e si perde in due, mentre i pacchetti grandi passano.
seen-P18 = Qualcosa sul percorso verso { $host } perde i ClientHello a causa di un valore che contengono: { $element }.
seen-P18-open = Qualcosa sul percorso verso { $host } perde alcuni ClientHello e ne lascia passare altri; che cosa decida non è ancora noto.
seen-P19 = Qualcosa sul percorso verso { $host } non lascia passare TLS 1.3: lo stesso ClientHello senza, e altrettanto lungo, riceve risposta.
seen-P20 = Qualcosa sul percorso verso { $host } perde i ClientHello di certe lunghezze: lo stesso con un'altra lunghezza riceve risposta.
seen-P21 = I pacchetti grandi verso { $host } si perdono per strada: lo stesso ClientHello in pacchetti piccoli riceve risposta.
seen-P22 = I pacchetti grandi da { $host } si perdono per strada: il server ha il ClientHello e la sua risposta non arriva, mentre in pacchetti piccoli sì.
seen-P40 = Le connessioni a { $address } finiscono al salto { $hop } del percorso, che però prosegue: qualcosa lì le prende al suo posto.
seen-P41 = Nulla di ciò che inizia TLS arriva a { $host }, qualunque cosa dica: passa il salto { $hop } ({ $router }) e subito dopo { $reset ->
    [yes] riceve un azzeramento
   *[no] si perde
 }, mentre il percorso continua.
seen-P41-end = Nulla di ciò che inizia TLS arriva a { $host }, qualunque cosa dica: non viene nemmeno confermato, { $reset ->
    [yes] e arriva invece un azzeramento
   *[no] e non torna nulla
 }.
seen-S33 = { $host } aspetta per sempre quando il ClientHello arriva in due pacchetti: li ha entrambi e non risponde, mentre lo stesso ClientHello in un pacchetto riceve risposta.
seen-hello-acknowledged = { $host } ha il ClientHello, come dice il suo kernel, e non risponde nulla, per quanto piccola sarebbe la risposta.
seen-large-answers-lost = { $host } risponde quando bastano pochi ottetti, e delle risposte più grandi non arriva nulla, neppure in pacchetti piccoli.
seen-uneven-opening = { $failed } connessioni su { $tries } a { $address } non hanno mai avuto risposta, le altre subito. { $ports ->
    [same] Falliscono sempre le stesse porte locali: vengono portate per un'altra strada, o a un altro server.
    [any] Una porta locale che era fallita in un altro momento funziona.
   *[unknown] Ne sono fallite troppo poche per dire se siano sempre le stesse porte locali.
 }
seen-uneven-hello-lost = In { $failed } connessioni su { $tries } a { $address } non arriva nulla di ciò che si dice; nelle altre tutto. { $ports ->
    [same] Falliscono sempre le stesse porte locali: vengono portate per un'altra strada.
    [any] Una porta locale che era fallita in un altro momento funziona.
   *[unknown] Ne sono fallite troppo poche per dire se siano sempre le stesse porte locali.
 }
seen-uneven-hello = { $failed } connessioni su { $tries } a { $address } finiscono senza risposta allo stesso ClientHello che in altre ne riceve una. { $ports ->
    [same] Falliscono sempre le stesse porte locali: dietro { $address } arrivano a un altro server, che non sta bene.
    [any] Una porta locale che era fallita in un altro momento funziona.
   *[unknown] Ne sono fallite troppo poche per dire se siano sempre le stesse porte locali.
 }

flip-neutral-name = il nome { $neutral } invece di { $name }
flip-segments = pacchetti piccoli nei due sensi (TCP_MAXSEG 536)
flip-whole = il ClientHello in un pacchetto invece di due
flip-padded = lo stesso ClientHello, allungato con il riempimento
flip-no-tls13 = lo stesso ClientHello senza TLS 1.3, altrettanto lungo

next-hello-lost = Sul server, guardare se il ClientHello vi arriva:
next-uneven-path = Guarda dove si dividono le strade delle porte che falliscono e di quelle che funzionano:
next-uneven-members = Dietro il bilanciatore, guarda a quale server arrivano queste connessioni e se sta bene; su ciascuno:
next-uneven-server = Sul server, mentre le connessioni falliscono, guarda se vengono scartate lì:
next-tcp-options = L'altra possibilità è un dispositivo che non tollera un'opzione di TCP; guardare se senza queste opzioni si apre, e poi riattivarle:
