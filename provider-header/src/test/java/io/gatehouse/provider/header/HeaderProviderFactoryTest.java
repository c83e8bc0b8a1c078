package io.gatehouse.provider.header;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.api.AssertionMechanism;
import io.gatehouse.api.AuthProviderFactory;
import io.gatehouse.api.Mechanism;
import io.gatehouse.api.ProviderException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a configuration must say before anybody is believed. */
class HeaderProviderFactoryTest {
    private static final String PLAIN = """
            [auth.header.plain]
            user = "Remote-User"
            local-users = true
            """;
    private static final String SIGNED = """
            [[auth.header.signed]]
            header = "X-Assertion"
            issuer = "https://sso.example"
            audience = ["portal"]
            algorithms = ["ES256"]
            keys = "https://sso.example/jwks"
            user-claim = "email"
            domains = ["example.org"]
            """;

    private static AbstractThrowableAssert<?, ?> refused(String tables, boolean behindTrustedProxies) {
        return assertThatThrownBy(() -> new HeaderProviderFactory()
                        .create(Providers.config(tables), Providers.context(Clock.systemUTC(), behindTrustedProxies)))
                .isInstanceOf(ProviderException.class);
    }

    @Test
    void theServiceLoaderFindsIt() {
        List<String> names = new ArrayList<>();
        for (AuthProviderFactory<?> factory : ServiceLoader.load(AuthProviderFactory.class)) {
            names.add(factory.name());
        }
        assertThat(names).containsExactly("header");
    }

    @Test
    void withoutTrustedProxiesItIsNotMade() {
        refused(PLAIN, false)
                .hasMessage("plain: anybody can send a plain header, so it is accepted from trusted proxies only:"
                        + " no [[listener]] has trusted-proxies (expected the proxy's address)");
        refused(SIGNED, false)
                .hasMessage("signed[0]: no [[listener]] has trusted-proxies"
                        + " (expected the address of the proxy that brings the assertions, or from-anywhere = true)");
    }

    @Test
    void assertionsMayComeFromAnywhereWhenTheConfigurationSaysSo() throws Exception {
        var provider = new HeaderProviderFactory()
                .create(
                        Providers.config(SIGNED + "from-anywhere = true\n"),
                        Providers.context(Clock.systemUTC(), false));
        assertThat(provider.mechanisms()).hasSize(1);
    }

    @Test
    void assertionsAreLookedAtBeforePlainHeaders() throws Exception {
        List<Mechanism> mechanisms = new HeaderProviderFactory()
                .create(Providers.config(PLAIN + SIGNED), Providers.context(Clock.systemUTC(), true))
                .mechanisms();
        assertThat(mechanisms)
                .extracting(mechanism -> ((AssertionMechanism) mechanism).name())
                .containsExactly("assertion", "header");
    }

    @Test
    void anEmptyTableIsNoSignIn() {
        refused("", true).hasMessage("nothing to look at (expected [auth.header.plain] or [[auth.header.signed]])");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            user = "Remote User"\\nlocal-users = true             | user "Remote User" (expected the name of a header)
            user = "Remote-User"                                  | neither domains nor local-users
            user = "A"\\nlocal-users = true\\nseparator = ""        | separator ""
            user = "A-B"\\nlocal-users = true\\ngroups = "A_B"      | header A-B has two meanings
            user = "A"\\ndomains = ["a@b"]                         | domains: "a@b"
            """)
    void plainHeadersThatCannotWorkAreRefused(String table, String message) {
        refused("[auth.header.plain]\n" + table.replace("\\n", "\n"), true).hasMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            algorithms = ["ES256"]                      | algorithms = ["HS256"]              | algorithms: "HS256" (expected RS256
            algorithms = ["ES256"]                      | algorithms = ["none"]               | algorithms: "none" (expected RS256
            algorithms = ["ES256"]                      | algorithms = []                     | no algorithms
            keys = "https://sso.example/jwks"           | keys = "http://sso.example/jwks"    | (expected https; http is for loopback addresses only)
            keys = "https://sso.example/jwks"           | keys = "file:///etc/passwd"         | keys "file:///etc/passwd"
            keys = "https://sso.example/jwks"           | keys = "https://u:p@sso.example/"   | (expected https://host/…, without user and fragment)
            keys = "https://sso.example/jwks"           | keys-by-id = "https://sso.example/" | (expected it to end in /{kid})
            keys = "https://sso.example/jwks"           | team = "x"                          | team "x" belongs to another preset
            user-claim = "email"                        | user-claim = "x"\\nmax-age = "0s"      | max-age of 0 s
            user-claim = "email"                        | user-claim = "x"\\nclock-skew = "10m"  | clock-skew of 600 s
            keys = "https://sso.example/jwks"           |                                     | keys is missing
            audience = ["portal"]                       |                                     | audience is missing
            issuer = "https://sso.example"              |                                     | issuer is missing
            user-claim = "email"                        |                                     | user-claim is missing
            domains = ["example.org"]                   |                                     | neither domains nor local-users
            """)
    void assertionsThatCannotBeCheckedAreRefused(String line, String instead, String message) {
        refused(SIGNED.replace(line, instead == null ? "" : instead.replace("\\n", "\n")), true)
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            preset = "cloudflare-access"                       | team is missing
            preset = "cloudflare-access"\\nteam = "a.b/c"        | team "a.b/c"
            preset = "cloudflare-access"\\nteam = "acme"         | audience is missing
            preset = "google-iap"                              | audience is missing
            preset = "aws-alb"                                 | signers is missing
            preset = "aws-alb"\\nsigners = ["arn:aws:s3:::x"]    | signers: "arn:aws:s3:::x"
            preset = "aws-alb"\\nsigners = ["arn:aws-us-gov:elasticloadbalancing:us-gov-west-1:123456789012:loadbalancer/app/a/50dc6c495c0c9188"] | the address of the keys is not known for us-gov-west-1
            preset = "aws-alb"\\nsigners = ["arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/app/a/50dc6c495c0c9188"] | issuer is missing
            preset = "pomerium"                                | host is missing
            preset = "pomerium"\\nhost = "a/b"                   | host "a/b"
            """)
    void presetsSayWhatTheyNeed(String table, String message) {
        refused("[[auth.header.signed]]\ndomains = [\"x\"]\n" + table.replace("\\n", "\n"), true)
                .hasMessageContaining(message);
    }
}
