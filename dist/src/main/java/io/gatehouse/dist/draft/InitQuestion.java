package io.gatehouse.dist.draft;

/** What {@code gatehouse init} asks; each question is an option, too. */
public enum InitQuestion {
    NAME("name", "NAME", "Name of the gateway, as clients type it"),
    PROXY("proxy", "KIND", "Reverse proxy in front: none, tcp (passes TLS through) or http (ends TLS)"),
    PROXY_ADDRESSES("proxy-addresses", "ADDRESS,...", "Addresses from which the proxy connects"),
    LISTEN("listen", "[ADDRESS]:PORT", "Where the gateway listens"),
    ACME(
            "acme",
            "CHALLENGE",
            "Certificate from Let's Encrypt or another ACME server: tls-alpn-01 (port 443 of the name leads here),"
                    + " http-01 (port 80 does) or no"),
    ACME_DIRECTORY("acme-directory", "URL", "Directory of the ACME server; empty for Let's Encrypt"),
    ACME_CA("acme-ca", "FILE", "Authority of this server's own certificate (PEM); empty for those of Java"),
    ACME_EMAIL("acme-email", "ADDRESS", "E-mail address for the ACME server; empty for none"),
    ACME_TERMS("acme-terms", "yes", "You agree to the terms of service of the ACME server: yes"),
    CERTIFICATE("certificate", "FILE", "Certificate with its chain (PEM); empty makes a self-signed one, for a try"),
    KEY("key", "FILE", "Private key of the certificate (PEM)"),
    SIGN_IN("sign-in", "METHOD,...", "Who signs users in: accounts, ad, winbind, kerberos, ldap, pam, oidc, header"),
    ACCOUNT("account", "NAME", "First account to add; empty for none"),
    ACCOUNT_GROUP("account-group", "GROUP", "Group of this account; empty for none"),
    ACCOUNT_PASSWORD_FILE("account-password-file", "FILE", "Password of this account; empty makes a strong one"),
    DOMAIN("domain", "NAME", "Windows domain (NetBIOS name), or a short name for the realm"),
    REALM("realm", "REALM", "DNS name of the domain, which is its Kerberos realm"),
    CONTROLLERS("controllers", "HOST,...", "Domain controllers; empty looks them up in DNS"),
    KDCS("kdcs", "HOST[:PORT],...", "KDCs of the realm; empty takes the controllers, or DNS"),
    COMPUTER("computer", "NAME", "Machine account of the gateway, without $"),
    COMPUTER_PASSWORD_FILE("computer-password-file", "FILE", "Password of the machine account"),
    KEYTAB("keytab", "FILE", "Keytab with the keys of HTTP/ and the gateway's name"),
    LDAP_URLS("ldap-urls", "URL,...", "LDAP servers: ldaps://HOST, or ldap://HOST for StartTLS"),
    LDAP_CA("ldap-ca", "FILE", "Authority of the LDAP servers' certificates (PEM); empty for those of Java"),
    LDAP_BIND_DN("ldap-bind-dn", "DN", "Account that searches the directory; empty for anonymous"),
    LDAP_PASSWORD_FILE("ldap-password-file", "FILE", "Password of this account"),
    LDAP_BASE("ldap-base", "DN", "Where users are in the directory"),
    LDAP_SCHEMA("ldap-schema", "SCHEMA", "Schema: active-directory, group-of-names or posix"),
    PAM_SERVICE("pam-service", "NAME", "PAM service, a file in /etc/pam.d"),
    OIDC_ISSUER("oidc-issuer", "URL", "Issuer of the identity provider"),
    OIDC_CA("oidc-ca", "FILE", "Authority of its certificate (PEM); empty for those of Java"),
    OIDC_CLIENT("oidc-client", "ID", "Client id of the gateway there"),
    OIDC_SECRET_FILE("oidc-secret-file", "FILE", "Client secret; empty for a public client"),
    OIDC_GROUPS("oidc-groups", "CLAIM", "Claim with the groups of users; empty for none"),
    HEADER_USER("header-user", "HEADER", "Header with the user's name"),
    HEADER_GROUPS("header-groups", "HEADER", "Header with the user's groups; empty for none"),
    PORTAL("portal", "yes|no", "Portal, on which users find their desktops"),
    DESKTOPS("desktops", "HOST[:PORT],...", "Desktops, also *.lab.example.com or 10.1.0.0/16"),
    GROUPS("groups", "GROUP,...", "Groups that may connect to them; empty for everyone who signs in"),
    RULES("rules", "FILE", "TOML with [[policy.rule]] tables, instead of a rule for the desktops");

    private final String option;
    private final String label;
    private final String text;

    InitQuestion(String option, String label, String text) {
        this.option = option;
        this.label = label;
        this.text = text;
    }

    /** The option, without its hyphens. */
    public String option() {
        return option;
    }

    /** What stands behind the option in help. */
    public String label() {
        return label;
    }

    /** The question, and the description of the option. */
    public String text() {
        return text;
    }
}
