package io.gatehouse.provider.header;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.api.AuthProvider;
import io.gatehouse.api.Finding;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What {@code gatehouse doctor} finds about the keys of those who sign assertions. */
class SignerExaminationTest {
    private final KeyServer server = new KeyServer();

    @AfterEach
    void stop() {
        server.close();
    }

    private List<Finding> examined(Vendor vendor, String path) throws Exception {
        Clock clock = Clock.systemUTC();
        try (AuthProvider provider = new HeaderProviderFactory()
                .create(Providers.config(vendor.table(server.address(path))), Providers.context(clock, true))) {
            assertThat(provider.examinations()).hasSize(1);
            return provider.examinations().getFirst().examine();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"POMERIUM", "ALB"})
    void nothingIsFoundWhereKeysCanBeFetched(Vendor vendor) throws Exception {
        server.publish("/jwks", Signer.es256("a key").jwks());
        assertThat(examined(vendor, "/jwks")).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = {"POMERIUM", "ALB"})
    void aServerThatFailsIsAFault(Vendor vendor) throws Exception {
        server.publish("/jwks", Signer.es256("a key").jwks());
        server.setDown(true);
        Finding finding = examined(vendor, "/jwks").getFirst();
        assertThat(finding.code()).isEqualTo("header.keys");
        assertThat(finding.cause()).contains(vendor.header, "status 503");
        assertThat(finding.fix()).contains("[[auth.header.signed]]");
    }

    @Test
    void aSetWithoutKeysIsAFault() throws Exception {
        server.publish("/jwks", "{\"keys\":[]}");
        assertThat(examined(Vendor.POMERIUM, "/jwks")).extracting(Finding::code).containsExactly("header.keys");
    }
}
