package io.gatehouse.provider.certificate;

import static io.gatehouse.provider.certificate.CertificateProviders.chain;
import static io.gatehouse.provider.certificate.CertificateProviders.direct;
import static io.gatehouse.provider.certificate.CertificateProviders.mechanism;
import static io.gatehouse.provider.certificate.CertificateProviders.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.api.CertificateMechanism;
import io.gatehouse.api.Identity;
import io.gatehouse.api.Outcome;
import io.gatehouse.formats.digest.Digests;
import io.gatehouse.formats.digest.Thumbprints;
import io.gatehouse.testkit.directory.ClientAuthority;
import io.gatehouse.testkit.directory.ClientAuthority.Issued;
import io.gatehouse.testkit.process.RequiredTools;
import io.gatehouse.testkit.process.TestFolder;
import io.gatehouse.testkit.provider.TestClock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Certificates of openssl's authorities, good and bad, as TLS connections bring them. */
class ClientCertificatesTest {
    private static final Clock CLOCK = Clock.systemUTC();
    private static final String CLIENT = ClientAuthority.FOR_CLIENTS;
    private static final String UPN = "subjectAltName=otherName:1.3.6.1.4.1.311.20.2.3;UTF8:";

    private static TestFolder folder;
    private static ClientAuthority authority;

    @BeforeAll
    static void makeAuthority() {
        RequiredTools.assume("openssl");
        folder = new TestFolder();
        authority = ClientAuthority.root(folder, "Example CA");
    }

    @AfterAll
    static void deleteFiles() {
        if (folder != null) {
            folder.close();
        }
    }

    private static String ca(String more) {
        return "ca = \"%s\"\nlocal-users = true\n%s\n".formatted(authority.certificate(), more);
    }

    private static CertificateMechanism byCommonName() throws Exception {
        return mechanism(ca("user-from = \"common-name\""), CLOCK);
    }

    private static Identity identity(Outcome outcome) {
        assertThat(outcome).as(refusal(outcome)).isInstanceOf(Outcome.Accepted.class);
        return ((Outcome.Accepted) outcome).identity();
    }

    @Test
    void aGoodCertificateNamesItsUser() throws Exception {
        Identity alice = identity(direct(byCommonName(), authority.issue("/O=Example/CN=alice")));
        assertThat(alice.displayName()).isEqualTo("alice");
        assertThat(alice.method()).isEqualTo("certificate");
        assertThat(alice.groups()).isEmpty();
        assertThat(alice.proofs()).isEmpty();
    }

    @Test
    void theUserPrincipalNameOfASmartCardNamesAUserOfTheDomain() throws Exception {
        CertificateMechanism upn = mechanism(
                "ca = \"%s\"\ndomains = [\"CORP\"]\nuser-from = \"upn\"\nmulti-factor = true\n"
                        .formatted(authority.certificate()),
                CLOCK);
        Identity alice =
                identity(direct(upn, authority.issue("/CN=Alice Smith", CLIENT + UPN + "alice@corp.example.com\n")));
        assertThat(alice.displayName()).isEqualTo("CORP\\alice");
        assertThat(alice.upn()).contains("alice@corp.example.com");
        assertThat(alice.proofs()).containsExactly(Identity.Proof.MULTI_FACTOR);

        assertThat(refusal(direct(upn, authority.issue("/CN=x", CLIENT + UPN + "alice@elsewhere.example\n"))))
                .startsWith("refused: certificate of \"CN=x\", serial ")
                .contains("is of the domain \"elsewhere.example\"");
        assertThat(refusal(direct(upn, authority.issue("/CN=alice"))))
                .endsWith("has 0 names of the kind user-from = \"upn\" (expected one)");
        assertThat(refusal(direct(
                        upn,
                        authority.issue(
                                "/CN=x",
                                CLIENT + UPN + "a@corp.example.com,otherName:"
                                        + "1.3.6.1.4.1.311.20.2.3;UTF8:b@corp.example.com\n"))))
                .endsWith("has 2 names of the kind user-from = \"upn\" (expected one)");
    }

    @Test
    void otherNamesAndOrganizationalUnits() throws Exception {
        assertThat(identity(direct(
                                mechanism(
                                        ca("domains = [\"corp.example\"]\nuser-from = \"email\"\n"
                                                + "groups-from = \"organizational-unit\""),
                                        CLOCK),
                                authority.issue(
                                        "/OU=staff/OU=rdp users/CN=x",
                                        CLIENT + "subjectAltName=email:bob@corp.example,DNS:pc.example\n")))
                        .withDomain(Optional.empty())
                        .groups())
                .isEqualTo(Set.of("staff", "rdp users"));
        assertThat(identity(direct(
                                mechanism(ca("user-from = \"dns\""), CLOCK),
                                authority.issue("/CN=x", CLIENT + "subjectAltName=DNS:pc.example\n")))
                        .user())
                .isEqualTo("pc.example");
        assertThat(identity(direct(mechanism(ca("user-from = \"user-id\""), CLOCK), authority.issue("/UID=carol/CN=x")))
                        .user())
                .isEqualTo("carol");
    }

    @Test
    void badCertificatesAreRefusedWithTheirReason() throws Exception {
        CertificateMechanism mechanism = byCommonName();
        Instant now = Instant.now();
        assertThat(refusal(direct(
                        mechanism,
                        authority.issue("/CN=alice", CLIENT, now.minus(Duration.ofDays(3)), now.minusSeconds(60)))))
                .startsWith("expired: certificate of \"CN=alice\", serial 4A")
                .contains("issued by \"CN=Example CA\": expired on ");
        assertThat(refusal(direct(
                        mechanism,
                        authority.issue("/CN=alice", CLIENT, now.plusSeconds(3600), now.plus(Duration.ofDays(1))))))
                .startsWith("refused: ")
                .contains(": is not valid before ");
        assertThat(refusal(direct(mechanism, authority.issue("/CN=alice", "extendedKeyUsage=serverAuth\n"))))
                .startsWith("refused: ")
                .endsWith(": is not for clients (extendedKeyUsage without clientAuth)");
        assertThat(refusal(direct(mechanism, authority.issue("/CN=alice", "basicConstraints=CA:FALSE\n"))))
                .endsWith(": is not for clients (extendedKeyUsage without clientAuth)");
        assertThat(refusal(direct(mechanism, authority.issue("/CN=alice", CLIENT + "keyUsage=keyAgreement\n"))))
                .endsWith("(keyUsage without digitalSignature)");
        ClientAuthority foreign = ClientAuthority.root(folder, "Foreign CA");
        assertThat(refusal(direct(mechanism, foreign.issue("/CN=alice"))))
                .startsWith("refused: ")
                .contains(": no path to an authority of ");
        // One with the name of ours, and another key.
        assertThat(refusal(direct(
                        mechanism, ClientAuthority.root(folder, "Example CA").issue("/CN=alice"))))
                .startsWith("refused: ")
                .contains(": no path to an authority of ");
        // A user is no authority.
        Issued alice = authority.issue("/CN=alice");
        assertThat(refusal(direct(
                        mechanism,
                        chain(ClientAuthority.of(folder, alice).issue("/CN=bob").certificate(), alice.certificate()))))
                .contains(": no path to an authority of ");
    }

    @Test
    void intermediateAuthoritiesMayComeWithTheCertificate() throws Exception {
        ClientAuthority intermediate = authority.intermediate("Example CA 2");
        Issued alice = intermediate.issue("/CN=alice");
        assertThat(refusal(direct(byCommonName(), alice))).contains(": no path to an authority of ");
        assertThat(identity(direct(byCommonName(), chain(alice.certificate(), intermediate.certificate())))
                        .user())
                .isEqualTo("alice");
    }

    @Test
    void revokedCertificatesAreRefusedAsSoonAsTheListSaysSo() throws Exception {
        Issued alice = authority.issue("/CN=alice");
        Issued bob = authority.issue("/CN=bob");
        Path list = authority.list(folder.fresh("ca.crl"));
        // A moment ahead: until the second in which it was revoked is over, a certificate may count as good.
        TestClock clock = new TestClock(Instant.now().plusSeconds(5));
        CertificateMechanism mechanism =
                mechanism(ca("user-from = \"common-name\"\ncrl = [\"%s\"]".formatted(list)), clock);
        identity(direct(mechanism, alice));

        authority.revoke(alice);
        authority.list(list);
        assertThat(refusal(direct(mechanism, alice)))
                .startsWith("refused: certificate of \"CN=alice\", serial ")
                .contains(": was revoked on ");
        identity(direct(mechanism, bob));

        // A list that is gone or broken changes nothing; one that is too old says nothing.
        Files.writeString(list, "no list");
        assertThat(refusal(direct(mechanism, alice))).contains(": was revoked on ");
        identity(direct(mechanism, bob));
        authority.list(list, Instant.now().minus(Duration.ofMinutes(20)));
        assertThat(refusal(direct(mechanism, bob)))
                .startsWith("unavailable: ")
                .contains(": no current revocation list in crl covers it: ");
    }

    @Test
    void certificatesOfAnIntermediateAuthorityNeedItsListToo() throws Exception {
        ClientAuthority intermediate = authority.intermediate("Example CA 3");
        List<X509Certificate> alice = chain(intermediate.issue("/CN=alice").certificate(), intermediate.certificate());
        Path ofRoot = authority.list(folder.fresh("root.crl"));
        Path ofIntermediate = intermediate.list(folder.fresh("intermediate.crl"));
        assertThat(refusal(direct(
                        mechanism(ca("user-from = \"common-name\"\ncrl = [\"%s\"]".formatted(ofRoot)), CLOCK), alice)))
                .startsWith("unavailable: ");
        identity(direct(
                mechanism(
                        ca("user-from = \"common-name\"\ncrl = [\"%s\", \"%s\"]".formatted(ofRoot, ofIntermediate)),
                        CLOCK),
                alice));
    }

    /** The root is believed about an authority that it has issued, although that one stands in the file as well. */
    @Test
    void anAuthorityInTheFileMayBeRevokedByTheOneThatIssuedIt() throws Exception {
        Issued issued = authority.issue(
                "/CN=Example CA 4", "basicConstraints=critical,CA:TRUE\nkeyUsage=keyCertSign,cRLSign\n");
        ClientAuthority intermediate = ClientAuthority.of(folder, issued);
        Issued alice = intermediate.issue("/CN=alice");
        Path both = folder.write(
                "both.pem", Files.readString(authority.certificate()) + Files.readString(issued.certificate()));
        Path ofRoot = authority.list(folder.fresh("root.crl"));
        Path ofIntermediate = intermediate.list(folder.fresh("intermediate.crl"));
        String tables = "ca = \"%s\"\nlocal-users = true\nuser-from = \"common-name\"\ncrl = [\"%s\", \"%s\"]\n"
                .formatted(both, ofRoot, ofIntermediate);
        identity(direct(mechanism(tables, CLOCK), alice));
        authority.revoke(issued);
        authority.list(ofRoot);
        assertThat(refusal(direct(mechanism(tables, CLOCK), alice)))
                .startsWith("refused: certificate of \"CN=alice\"")
                .contains(": was revoked");
        // In a file without the root it is the end of the path.
        identity(direct(
                mechanism(
                        "ca = \"%s\"\nlocal-users = true\nuser-from = \"common-name\"\ncrl = [\"%s\"]\n"
                                .formatted(issued.certificate(), ofIntermediate),
                        CLOCK),
                alice));
    }

    /** Names that are none of an account choose no domain. */
    @Test
    void namesOfOtherThingsHaveNoDomain() throws Exception {
        for (String kind : List.of("CN", "UID")) {
            CertificateMechanism mechanism = mechanism(
                    "ca = \"%s\"\ndomains = [\"PARTNER\", \"CORP\"]\nuser-from = \"%s\"\n"
                            .formatted(authority.certificate(), kind.equals("CN") ? "common-name" : "user-id"),
                    CLOCK);
            assertThat(identity(direct(mechanism, authority.issue("/%s=alice".formatted(kind))))
                            .displayName())
                    .isEqualTo("PARTNER\\alice");
            assertThat(refusal(direct(mechanism, authority.issue("/%s=CORP\\\\alice".formatted(kind)))))
                    .startsWith("refused: ")
                    .endsWith(": has the name \"CORP\\alice\" (expected no domain in it)");
            assertThat(refusal(direct(mechanism, authority.issue("/%s=alice@corp.example".formatted(kind)))))
                    .startsWith("refused: ")
                    .endsWith(": has the name \"alice@corp.example\" (expected no domain in it)");
        }
        assertThat(refusal(direct(
                        mechanism(
                                "ca = \"%s\"\ndomains = [\"PARTNER\", \"CORP\"]\nuser-from = \"dns\"\n"
                                        .formatted(authority.certificate()),
                                CLOCK),
                        authority.issue("/CN=x", CLIENT + "subjectAltName=DNS:alice@corp.example\n"))))
                .startsWith("refused: ")
                .endsWith(": has the name \"alice@corp.example\" (expected no domain in it)");
    }

    /** The OCSP client of the Java runtime asks nobody about them. */
    @Test
    void authoritiesAreNoClients() throws Exception {
        Issued alice = authority.issue("/CN=alice", "basicConstraints=CA:TRUE\nextendedKeyUsage=clientAuth\n");
        assertThat(refusal(direct(byCommonName(), alice)))
                .startsWith("refused: ")
                .endsWith(": is one of an authority (expected a client's, basicConstraints CA:FALSE)");
        // One that its user made says so often, by openssl's defaults.
        assertThat(identity(direct(mechanism("""
                        local-users = true
                        [[auth.certificate.user]]
                        name = "alice"
                        certificate-sha256 = "%s"
                        """.formatted(fingerprint(alice)), CLOCK), alice))
                        .user())
                .isEqualTo("alice");
    }

    @Test
    void longChainsAreNotSearched() throws Exception {
        ClientAuthority intermediate = authority.intermediate("Example CA 5");
        Path alice = intermediate.issue("/CN=alice").certificate();
        Path issuer = intermediate.certificate();
        Path root = authority.certificate();
        assertThat(identity(direct(byCommonName(), chain(alice, issuer, root, root)))
                        .user())
                .isEqualTo("alice");
        assertThat(refusal(direct(byCommonName(), chain(alice, issuer, root, root, root))))
                .startsWith("refused: ")
                .endsWith(": came with 4 certificates (expected at most 3)");
    }

    @Test
    void theAuthorityIsReadAgainWhenItsFileChanges() throws Exception {
        Path file = Files.copy(authority.certificate(), folder.fresh("authorities.pem"));
        CertificateMechanism mechanism =
                mechanism("ca = \"%s\"\nlocal-users = true\nuser-from = \"common-name\"\n".formatted(file), CLOCK);
        Issued alice = authority.issue("/CN=alice");
        identity(direct(mechanism, alice));
        ClientAuthority next = ClientAuthority.root(folder, "Next CA");
        Files.copy(next.certificate(), file, StandardCopyOption.REPLACE_EXISTING);
        assertThat(refusal(direct(mechanism, alice))).contains(": no path to an authority of ");
        identity(direct(mechanism, next.issue("/CN=alice")));
        assertThat(mechanism.authorities()).isEqualTo(chain(next.certificate()));
    }

    @Test
    void listedUsersBySubjectAndByDigests() throws Exception {
        Issued alice = authority.issue("/O=Example/CN=alice");
        Issued bob = authority.issue("/CN=whoever");
        String tables = """
                [[auth.certificate.user]]
                name = "alice"
                subject = "CN=alice,O=Example"
                groups = ["staff"]
                [[auth.certificate.user]]
                name = "bob"
                certificate-sha256 = "%s"
                """.formatted(fingerprint(bob));
        CertificateMechanism mechanism = mechanism(ca(tables), CLOCK);
        assertThat(identity(direct(mechanism, alice)).groups()).containsExactly("staff");
        assertThat(identity(direct(mechanism, bob)).user()).isEqualTo("bob");
        assertThat(refusal(direct(mechanism, authority.issue("/CN=whoever"))))
                .startsWith("not-known: ")
                .endsWith(": is not one of [[auth.certificate.user]]");
        // With an authority, a digest does not stand for it.
        ClientAuthority foreign = ClientAuthority.root(folder, "Foreign CA");
        Issued carol = foreign.issue("/CN=carol");
        assertThat(refusal(direct(
                        mechanism(
                                ca("[[auth.certificate.user]]\nname = \"carol\"\ncertificate-sha256 = \"%s\""
                                        .formatted(fingerprint(carol))),
                                CLOCK),
                        carol)))
                .contains(": no path to an authority of ");
    }

    @Test
    void withoutAnAuthorityOnlyListedDigestsCount() throws Exception {
        ClientAuthority own = ClientAuthority.root(folder, "carol's own");
        Issued carol = own.issue("/CN=carol", "basicConstraints=CA:FALSE\n");
        String tables = """
                local-users = true
                [[auth.certificate.user]]
                name = "carol"
                public-key-sha256 = "%s"
                """.formatted(publicKey(carol));
        CertificateMechanism mechanism = mechanism(tables, CLOCK);
        assertThat(identity(direct(mechanism, carol)).user()).isEqualTo("carol");
        assertThat(mechanism.authorities()).isEmpty();
        assertThat(refusal(direct(mechanism, own.issue("/CN=carol"))))
                .endsWith(": is not one of [[auth.certificate.user]]");
        // A server's key is no user's, whatever the list says.
        Issued server = own.issue("/CN=server", "extendedKeyUsage=serverAuth\n");
        assertThat(refusal(direct(
                        mechanism(tables.replaceFirst("\"[0-9A-F]{64}\"", '"' + publicKey(server) + '"'), CLOCK),
                        server)))
                .endsWith(": is not for clients (extendedKeyUsage without clientAuth)");
    }

    private static String fingerprint(Issued issued) throws Exception {
        return Thumbprints.sha256(chain(issued.certificate()).getFirst());
    }

    private static String publicKey(Issued issued) throws Exception {
        byte[] key = chain(issued.certificate()).getFirst().getPublicKey().getEncoded();
        return HexFormat.of().withUpperCase().formatHex(Digests.sha256(key));
    }

    /** Two companies and a branch below one of them, whose people are called alike. */
    @Test
    void anAuthorityNamesUsersOfItsDomainsOnly() throws Exception {
        ClientAuthority other = ClientAuthority.root(folder, "Other CA");
        ClientAuthority branch = authority.intermediate("Branch CA");
        Path all = folder.fresh("all.pem");
        for (Path each : List.of(authority.certificate(), other.certificate(), branch.certificate())) {
            Files.writeString(all, Files.readString(each), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        }
        String table = """
                ca = "%s"
                domains = ["CORP", "OTHER", "BRANCH"]
                user-from = "%%s"
                [[auth.certificate.user]]
                name = 'OTHER\\root'
                subject = "CN=listed"
                [[auth.certificate.authority]]
                subject = "CN=Example CA"
                domains = ["CORP", "BRANCH"]
                [[auth.certificate.authority]]
                subject = "CN=Branch CA"
                domains = ["BRANCH"]
                """.formatted(all);
        CertificateMechanism byName = mechanism(table.formatted("common-name"), CLOCK);
        assertThat(identity(direct(byName, authority.issue("/CN=alice"))).displayName())
                .isEqualTo("CORP\\alice");
        assertThat(identity(direct(byName, branch.issue("/CN=alice"))).displayName())
                .as("as the nearest authority means it")
                .isEqualTo("BRANCH\\alice");
        assertThat(refusal(direct(byName, other.issue("/CN=alice"))))
                .endsWith("no authority of its path is one of [[auth.certificate.authority]]");
        assertThat(refusal(direct(byName, authority.issue("/CN=listed"))))
                .as("a listed subject of another authority")
                .contains("is of the domain \"OTHER\" (expected one of domains: CORP, BRANCH)");

        CertificateMechanism byUpn = mechanism(table.formatted("upn"), CLOCK);
        assertThat(identity(direct(byUpn, authority.issue("/CN=x", CLIENT + UPN + "alice@corp.example.com\n")))
                        .displayName())
                .isEqualTo("CORP\\alice");
        assertThat(refusal(direct(byUpn, branch.issue("/CN=x", CLIENT + UPN + "alice@corp.example.com\n"))))
                .contains("is of the domain \"corp.example.com\" (expected one of domains: BRANCH)");
        assertThat(refusal(direct(byUpn, authority.issue("/CN=x", CLIENT + UPN + "alice@OTHER\n"))))
                .contains("is of the domain \"OTHER\" (expected one of domains: CORP, BRANCH)");
    }

    @Test
    void anAuthorityNamesAccountsWithoutADomainOnlyIfItMay() throws Exception {
        String table = """
                ca = "%s"
                local-users = true
                domains = ["CORP"]
                user-from = "common-name"
                [[auth.certificate.user]]
                name = "listed"
                subject = "CN=listed"
                [[auth.certificate.authority]]
                subject = "CN=Example CA"
                """.formatted(authority.certificate());
        CertificateMechanism corp = mechanism(table + "domains = [\"CORP\"]\n", CLOCK);
        assertThat(identity(direct(corp, authority.issue("/CN=alice"))).displayName())
                .isEqualTo("CORP\\alice");
        assertThat(refusal(direct(corp, authority.issue("/CN=listed"))))
                .endsWith("user \"listed\" has no domain (expected local-users of its authority)");
        CertificateMechanism local = mechanism(table + "local-users = true\n", CLOCK);
        assertThat(identity(direct(local, authority.issue("/CN=alice"))).displayName())
                .isEqualTo("alice");
        assertThat(identity(direct(local, authority.issue("/CN=listed"))).displayName())
                .isEqualTo("listed");
    }
}
