package io.gatehouse.provider.header;

import java.time.Instant;

/** Assertions as each vendor documents them; {@code now} is when they are made. */
enum Vendor {
    CLOUDFLARE("Cf-Access-Jwt-Assertion", "RS256", """
            preset = "cloudflare-access"
            team = "acme"
            audience = ["32eafc7626e974616deaf0dc3ce63d7bcbed58a2731e84d06bc3cdf1b53c4228"]
            keys = "KEYS"
            """, """
            {"alg":"ALG","kid":"KID","typ":"JWT"}""", """
            {"aud":["32eafc7626e974616deaf0dc3ce63d7bcbed58a2731e84d06bc3cdf1b53c4228"],"email":"alice@example.org",\
            "exp":EXP,"iat":IAT,"nbf":IAT,"iss":"https://acme.cloudflareaccess.com","type":"app",\
            "identity_nonce":"6ei69kawdKzMIAPF","sub":"7335d417-61da-459d-899c-0a01c76a2f94","country":"US"}"""),
    GOOGLE("X-Goog-Iap-Jwt-Assertion", "ES256", """
            preset = "google-iap"
            audience = ["/projects/1234567890/global/backendServices/5678901234"]
            keys = "KEYS"
            """, """
            {"alg":"ALG","typ":"JWT","kid":"KID"}""", """
            {"aud":"/projects/1234567890/global/backendServices/5678901234","azp":"/projects/1234567890/global/\
            backendServices/5678901234","email":"alice@example.org","exp":EXP,"hd":"example.org",\
            "google":{"access_levels":["accessPolicies/1/accessLevels/office"]},"iat":IAT,\
            "identity_source":"GOOGLE","iss":"https://cloud.google.com/iap","sub":"accounts.google.com:118133858486581853996"}"""),
    ALB("X-Amzn-Oidc-Data", "ES256", """
            preset = "aws-alb"
            signers = ["arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/app/portal/50dc6c495c0c9188"]
            issuer = "https://idp.example"
            audience = ["client-1"]
            keys-by-id = "KEYS/{kid}"
            """, """
            {"typ":"JWT","kid":"KID","alg":"ALG","iss":"https://idp.example","client":"client-1",\
            "signer":"arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/app/portal/50dc6c495c0c9188","exp":EXP}""", """
            {"sub":"1234567890","name":"Alice","email":"alice@example.org","email_verified":"true","exp":EXP,\
            "iss":"https://idp.example"}"""),
    POMERIUM("X-Pomerium-Jwt-Assertion", "ES256", """
            preset = "pomerium"
            host = "portal.example.org"
            groups-claim = "groups"
            keys = "KEYS"
            """, """
            {"alg":"ALG","kid":"KID","typ":"JWT"}""", """
            {"aud":"portal.example.org","email":"alice@example.org","exp":EXP,"groups":["staff","lab"],"iat":IAT,\
            "iss":"portal.example.org","jti":"f1ff17dd-0a3c-4fb9-a2ac-0d5c3a7c6f4b","name":"Alice","sid":"1","sub":"2","user":"2"}""");

    final String header;
    final String algorithm;
    private final String table;
    private final String joseHeader;
    private final String claims;

    Vendor(String header, String algorithm, String table, String joseHeader, String claims) {
        this.header = header;
        this.algorithm = algorithm;
        this.table = table;
        this.joseHeader = joseHeader;
        this.claims = claims;
    }

    /** The configuration, with {@code keys} as the place of the keys. */
    String table(String keys) {
        return "[[auth.header.signed]]\ndomains = [\"example.org\"]\n" + table.replace("KEYS", keys);
    }

    /** As the vendor's documents have it, but for a place for the keys. */
    String tableWithoutKeys() {
        return "[[auth.header.signed]]\ndomains = [\"example.org\"]\n" + table.replaceAll("(?m)^keys.*\n", "");
    }

    String joseHeader(String kid, Instant now) {
        return filled(joseHeader, now).replace("KID", kid);
    }

    String claims(Instant now) {
        return filled(claims, now);
    }

    private String filled(String text, Instant now) {
        return text.replace("ALG", algorithm)
                .replace("IAT", String.valueOf(now.getEpochSecond()))
                .replace("EXP", String.valueOf(now.getEpochSecond() + 120));
    }

    Signer signer(String kid) {
        return algorithm.equals("RS256") ? Signer.rs256(kid, 2048) : Signer.es256(kid);
    }

    String assertion(Signer signer, String joseHeader, String claims) {
        return this == ALB ? signer.signPadded(joseHeader, claims) : signer.sign(joseHeader, claims);
    }
}
