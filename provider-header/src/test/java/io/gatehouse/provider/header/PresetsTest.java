package io.gatehouse.provider.header;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.provider.header.HeaderConfig.EmailVerified;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The presets are what the vendors' documents say. */
class PresetsTest {
    private static SignedSettings settings(Vendor vendor) throws Exception {
        HeaderConfig config = Providers.config(vendor.tableWithoutKeys());
        return SignedSettings.of(config.signed().getFirst(), Providers.context(Clock.systemUTC(), true));
    }

    private static void hasKeysAt(SignedSettings settings, String address) throws Exception {
        assertThat(settings.keys()).isEqualTo(new KeyAddress.Set(URI.create(address)));
    }

    @Test
    void cloudflareAccess() throws Exception {
        SignedSettings settings = settings(Vendor.CLOUDFLARE);
        assertThat(settings.header()).hasToString("Cf-Access-Jwt-Assertion");
        assertThat(settings.issuer()).isEqualTo("https://acme.cloudflareaccess.com");
        assertThat(settings.algorithms()).hasToString("[RS256]");
        assertThat(settings.maxAge()).isEqualTo(Duration.ofHours(24));
        assertThat(settings.emailVerified()).isEqualTo(EmailVerified.WHEN_TOLD);
        hasKeysAt(settings, "https://acme.cloudflareaccess.com/cdn-cgi/access/certs");
    }

    @Test
    void googleIap() throws Exception {
        SignedSettings settings = settings(Vendor.GOOGLE);
        assertThat(settings.header()).hasToString("X-Goog-Iap-Jwt-Assertion");
        assertThat(settings.issuer()).isEqualTo("https://cloud.google.com/iap");
        assertThat(settings.algorithms()).hasToString("[ES256]");
        assertThat(settings.maxAge()).isEqualTo(Duration.ofMinutes(10));
        assertThat(settings.clockSkew()).isEqualTo(Duration.ofSeconds(30));
        hasKeysAt(settings, "https://www.gstatic.com/iap/verify/public_key-jwk");
    }

    @Test
    void awsAlb() throws Exception {
        SignedSettings settings = settings(Vendor.ALB);
        assertThat(settings.header()).hasToString("X-Amzn-Oidc-Data");
        assertThat(settings.algorithms()).hasToString("[ES256]");
        assertThat(settings.emailVerified()).isEqualTo(EmailVerified.REQUIRED);
        assertThat(settings.keys())
                .isEqualTo(new KeyAddress.ById("https://public-keys.auth.elb.eu-central-1.amazonaws.com/{kid}"));
    }

    @Test
    void pomerium() throws Exception {
        SignedSettings settings = settings(Vendor.POMERIUM);
        assertThat(settings.header()).hasToString("X-Pomerium-Jwt-Assertion");
        assertThat(settings.issuer()).isEqualTo("portal.example.org");
        assertThat(settings.audience()).containsExactly("portal.example.org");
        assertThat(settings.algorithms()).hasToString("[ES256]");
        hasKeysAt(settings, "https://portal.example.org/.well-known/pomerium/jwks.json");
    }

    @Test
    void everythingOfAPresetCanBeSaidOtherwise() throws Exception {
        HeaderConfig config = Providers.config("""
                [[auth.header.signed]]
                preset = "pomerium"
                host = "portal.example.org"
                header = "X-Other"
                issuer = "https://portal.example.org/"
                audience = ["a", "b"]
                algorithms = ["ES384", "RS256"]
                keys = "https://keys.example/"
                user-claim = "user"
                email-verified = "required"
                max-age = "1m"
                domains = ["x"]
                """);
        SignedSettings settings =
                SignedSettings.of(config.signed().getFirst(), Providers.context(Clock.systemUTC(), true));
        assertThat(settings.header()).hasToString("X-Other");
        assertThat(settings.issuer()).isEqualTo("https://portal.example.org/");
        assertThat(settings.audience()).containsExactlyInAnyOrder("a", "b");
        assertThat(settings.algorithms()).extracting(Object::toString).containsExactlyInAnyOrder("ES384", "RS256");
        assertThat(settings.userClaim()).isEqualTo("user");
        assertThat(settings.emailVerified()).isEqualTo(EmailVerified.REQUIRED);
        assertThat(settings.maxAge()).isEqualTo(Duration.ofMinutes(1));
        hasKeysAt(settings, "https://keys.example/");
    }
}
