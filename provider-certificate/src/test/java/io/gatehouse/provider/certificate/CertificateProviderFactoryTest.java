package io.gatehouse.provider.certificate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.api.AuthProvider;
import io.gatehouse.api.AuthProviderFactory;
import io.gatehouse.api.Finding;
import io.gatehouse.api.ProviderException;
import io.gatehouse.testkit.directory.ClientAuthority;
import io.gatehouse.testkit.process.RequiredTools;
import io.gatehouse.testkit.process.TestFolder;
import io.gatehouse.testkit.provider.TestClock;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Configurations that could deceive are refused, and files are examined. */
class CertificateProviderFactoryTest {
    @RegisterExtension
    private final TestFolder folder = new TestFolder();

    @Test
    @SuppressWarnings("rawtypes") // a service loader knows no type arguments
    void isFoundByItsName() {
        assertThat(ServiceLoader.load(AuthProviderFactory.class).stream()
                        .map(provider -> provider.get().name()))
                .containsExactly("certificate");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            local-users = true                                              | nobody can sign in
            user-from = "upn"                                               | neither domains nor local-users
            user-from = "upn"\\nlocal-users = true                          | user-from without ca
            user-from = "upn"\\nlocal-users = true\\nca = "/none.pem"       | /none.pem: there is no such file
            local-users = true\\n[[auth.certificate.user]]\\nname = "a"     | user[0]: 0 marks of the certificate
            local-users = true\\n[[auth.certificate.user]]\\nname = "a"\\nsubject = "CN=a" | user[0]: subject without ca
            local-users = true\\n[[auth.certificate.user]]\\nname = "a"\\ncertificate-sha256 = "ab" | (expected 64 hexadecimal digits
            local-users = true\\n[[auth.certificate.user]]\\nname = "a"\\ncertificate-sha256 = "5C412FDC6EB00E0C8C250B6A3E54BC52732CAF5531DC8CE061F31D63C9C12CA6"\\n[[auth.certificate.authority]]\\nsubject = "CN=a"\\ndomains = ["CORP"] | authority[0]: there is no ca
            local-users = true\\n[[auth.certificate.user]]\\nname = "CORP\\\\\\\\a"\\ncertificate-sha256 = "ab" | (expected 64
            """)
    void tablesThatCouldDeceiveAreRefused(String tables, String message) {
        assertThatThrownBy(() -> CertificateProviders.provider(tables.replace("\\n", "\n"), Clock.systemUTC()))
                .isInstanceOf(ProviderException.class)
                .hasMessageContaining(message);
    }

    @Test
    void certificatesMustBeAbleToCome() {
        RequiredTools.assume("openssl");
        String tables = ca(ClientAuthority.root(folder, "Example CA").certificate());
        assertThatThrownBy(() -> CertificateProviders.provider(tables, Clock.systemUTC(), true, false))
                .hasMessageContaining("no certificate can come");
        assertThatThrownBy(
                        () -> CertificateProviders.provider(tables + "header = {}\n", Clock.systemUTC(), false, true))
                .hasMessageContaining("no [[listener]] has trusted-proxies");
    }

    private static String ca(Path file) {
        return "ca = \"%s\"\nlocal-users = true\nuser-from = \"common-name\"\n".formatted(file);
    }

    @Test
    void anAuthorityMustBeOne() {
        RequiredTools.assume("openssl");
        Path user =
                ClientAuthority.root(folder, "Example CA").issue("/CN=alice").certificate();
        assertThatThrownBy(() -> CertificateProviders.provider(ca(user), Clock.systemUTC()))
                .hasMessageContaining("is not one of an authority (expected CA:TRUE)");
    }

    @Test
    void theDoctorSeesListsAndAuthoritiesThatEnd() throws Exception {
        RequiredTools.assume("openssl");
        ClientAuthority authority = ClientAuthority.root(folder, "Example CA");
        Path list = authority.list(folder.fresh("ca.crl"), Instant.now().plus(Duration.ofDays(1)));
        TestClock clock = new TestClock(Instant.now());
        try (AuthProvider provider = CertificateProviders.provider(
                ca(authority.certificate()) + "crl = [\"%s\"]\n".formatted(list), clock)) {
            assertThat(codes(provider)).containsExactly("client-ca.expires");
            clock.advance(Duration.ofHours(25));
            assertThat(codes(provider)).containsExactly("client-ca.expires", "client-crl.expired");
            clock.advance(Duration.ofDays(2));
            assertThat(codes(provider)).containsExactly("client-ca.expired", "client-crl.expired");
        }
    }

    private static List<String> codes(AuthProvider provider) throws InterruptedException {
        return provider.examinations().getFirst().examine().stream()
                .map(Finding::code)
                .toList();
    }
}
