# Che cosa c'è nei certificati: firme, chiavi, date, codifica, dimensioni.

seen-X16 = Il certificato di { $subject } è firmato da { $issuer } con { $algorithm }, il cui hash si può falsificare.
seen-X17 = La chiave di { $subject } è troppo piccola: { $key }.
seen-X18-known = La chiave privata di { $subject } è pubblica: è { $name } di { $source }.
seen-X18-roca = La chiave di { $subject } viene da un chip difettoso (ROCA, CVE-2017-15361): la chiave privata si può calcolare.
seen-X18-factor = La chiave di { $subject } è divisibile per { $factor }: la chiave privata si può calcolare.
seen-X18-exponent = L'esponente pubblico della chiave di { $subject } è 1 o pari, e quindi non protegge nulla.
seen-X22 = Il certificato di { $subject } vale { $days } giorni; emesso quel giorno può valerne { $allowed }.
seen-X28-algorithms = Il certificato di { $subject } indica un algoritmo di firma all'esterno e un altro nella parte firmata.
seen-X28-boolean = Il certificato di { $subject } scrive vero con un ottetto diverso da ff.
seen-X28-duplicate = Il certificato di { $subject } contiene due volte la stessa estensione.
seen-X28-name = Il certificato di { $subject } ha un nome alternativo che non è come il suo tipo richiede.
seen-X28-negative-serial = Il numero di serie del certificato di { $subject } è negativo.
seen-X28-no-seconds = Una data nel certificato di { $subject } non ha i secondi.
seen-X28-time = Una data nel certificato di { $subject } ha uno scarto da UTC o una frazione di secondo.
seen-X28-version = Il certificato di { $subject } ha estensioni e non dice di essere della versione 3.
seen-X31 = Il certificato di { $subject } ha una chiave di tipo { $key }, che firma con { $scheme }, e questo non è offerto.
seen-X31-signature = Il certificato di { $subject } è firmato da { $issuer } con { $algorithm }, che non tutti i client conoscono.
seen-X32-number = Il server invia { $number } certificati, più di quanti alcuni client ne leggano.
seen-X32-octets = Il server invia { $octets } ottetti di certificati, più di quanti alcuni client ne leggano.
seen-X35 = Il certificato di { $subject } viene da { $issuer }, un ambiente di prova di cui nessuno si fida.

# C11, C13: what a client's own setting makes of it.
strict-fault = { $fault ->
    [X17] la sua chiave è più corta di quanto { $client } accetti
    [no-authority-key-id] non indica la chiave del suo emittente (authorityKeyIdentifier)
    [no-subject-key-id] è di una CA e non indica la sua chiave (subjectKeyIdentifier)
    [no-key-usage] è di una CA e non ha keyUsage
    [signing-but-no-ca] può firmare certificati (keyCertSign) e non è di una CA
    [alternative-names] il suo subjectAltName è vuoto, o non critico benché manchi il soggetto
    [basic-constraints-not-critical] è di una CA e i suoi basicConstraints non sono critici
    [path-length-but-no-ca] ha una lunghezza di percorso e non è di una CA
    [extensions-before-version3] ha estensioni e non dice di essere della versione 3
   *[other] { $fault }
}
seen-C11 = { $host } respinge { $client } e accetta { $lenient }: la politica ({ $setting }) non lascia nulla su cui accordarsi.
seen-C11-certificate = { $client } respinge il certificato di { $subject } per la sua politica ({ $setting }), e { $lenient } no: { strict-fault }.
seen-C11-dh = { $client } respinge un primo Diffie-Hellman di { $bits } bit per la sua politica ({ $setting }); { $lenient } no.
seen-C13 = { $client } controlla i certificati con più rigore ({ $setting }) di { $lenient }, e respinge quello di { $subject }: { strict-fault }.
seen-C13-passed = I client che controllano i certificati con rigore, tra cui Python 3.13, respingono quello di { $subject }: { strict-fault }.

# X14, X15, X37: who is trusted no longer.
seen-X14 = { $stores } non si fida più di { $name }, a cui porta il certificato di { $subject } ({ $source }).
seen-X14-after = { $stores } si fida di { $name } solo per i certificati di prima del { $after }; quello di { $subject } è del { $date } ({ $source }).
seen-X15 = { $root }, la radice della catena, è in { $former } e non più in { $store }: è stata tolta dall'archivio.
seen-X37 = { $stores } blocca la chiave di { $name }, a cui porta il certificato di { $subject } ({ $source }).
flip-bundle = { $former } invece di { $store }
