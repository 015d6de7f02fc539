# Revoca e risposte allegate: che cosa si è visto, che cosa misurare dopo.

seen-X19-ocsp = La CA { $issuer } ha revocato il certificato di { $subject } il { $date } ({ $reason }), come dice il suo servizio OCSP { $url }. { $heeded ->
    [none] Nessun client di cui si chiede qui lo controlla di norma; altri rifiutano il certificato.
   *[some] I client che controllano lo rifiutano; gli altri proseguono senza dir nulla.
}
seen-X19-list = La CA { $issuer } ha revocato il certificato di { $subject } il { $date } ({ $reason }), come dice la sua lista di revoca { $url }. { $heeded ->
    [none] Nessun client di cui si chiede qui legge di norma quella lista; altri rifiutano il certificato.
   *[some] I client che controllano lo rifiutano; gli altri proseguono senza dir nulla.
}
seen-X19-staple = La CA { $issuer } ha revocato il certificato di { $subject } il { $date } ({ $reason }), come dice la risposta OCSP che il server stesso allega. { $heeded ->
    [none] Nessun client di cui si chiede qui vi bada.
   *[some] I client che la leggono rifiutano il certificato; gli altri proseguono senza dir nulla.
}
seen-X19-unknown = Il servizio OCSP { $url } della CA non conosce il certificato di { $subject }.
seen-X20 = Il certificato di { $subject } esige una risposta OCSP allegata, e il server non l'ha inviata in alcuna di { $without ->
    [one] una connessione
   *[other] { $without } connessioni
} che la chiedevano.
seen-S29-some = Il certificato di { $subject } esige una risposta OCSP allegata; il server l'ha inviata in { $with } delle connessioni che la chiedevano e non in { $without }: se la procura solo dopo che un client l'ha chiesta, o non su tutti i suoi membri.
seen-S29-stale = La risposta OCSP che il server allega al certificato di { $subject } valeva solo fino al { $what }.
seen-S29-early = La risposta OCSP che il server allega al certificato di { $subject } vale solo dal { $what }.
seen-S29-unknown = La risposta OCSP che il server allega dice che la CA non conosce il certificato di { $subject }.
seen-S29-other = La risposta OCSP che il server allega non riguarda il certificato di { $subject } ma un altro ({ $what }).
seen-S29-signer = La risposta OCSP che il server allega al certificato di { $subject } è firmata da { $what }, che la CA non ha incaricato.
seen-S29-signature = La risposta OCSP che il server allega al certificato di { $subject } porta una firma che non si verifica.
seen-S29-unsuccessful = La risposta OCSP che il server allega al certificato di { $subject } è solo un errore del servizio OCSP ({ $what }).
seen-S29-malformed = Ciò che il server allega al certificato di { $subject } non è una risposta OCSP leggibile ({ $what }).
seen-C28-ocsp = Il servizio OCSP { $url } non ha dato una risposta utile ({ $why }); i client che la pretendono non proseguono.
seen-C28-list = La lista di revoca { $url } non serve ({ $why }); i client che la pretendono non proseguono.

next-responder = Chiedere di nuovo al servizio { $url } con il certificato dell'emittente; se ancora non conosce il certificato, chiedere alla CA:
next-online = Lo deciderebbe il servizio OCSP della CA; esaminare di nuovo senza --offline:
