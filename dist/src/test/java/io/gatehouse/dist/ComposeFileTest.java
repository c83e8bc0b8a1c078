package io.gatehouse.dist;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.core.config.GatewayConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The files of the try-out with Compose agree with each other, with the image and with the Keycloak of the tests. */
class ComposeFileTest {
    private static final Path FOLDER = Path.of("../examples/compose");
    private static final Path CONFIGURATION = FOLDER.resolve("gatehouse/gatehouse.toml");
    private static final Pattern KEYCLOAK = Pattern.compile("<keycloak\\.version>([^<]+)<");
    private static final Pattern ISSUER = Pattern.compile("issuer = \"(http://localhost:8080)/realms/([a-z-]+)\"");

    private static YamlNode service(String name) throws IOException {
        return YamlNode.of(FOLDER.resolve("compose.yaml")).at("services", name);
    }

    private static GatewayConfig configuration() {
        return GoodConfiguration.of(CONFIGURATION);
    }

    private static String first(Pattern pattern, String text, int group) {
        Matcher matcher = pattern.matcher(text);
        assertThat(matcher.find()).as(pattern.pattern()).isTrue();
        return matcher.group(group);
    }

    @Test
    void imagesAreOfTheVersionsThatTheTestsKnow() throws IOException {
        assertThat(service("gatehouse").at("image").text()).contains(":-gatehouse:" + Version.number() + "}");
        assertThat(service("keycloak").at("image").text())
                .endsWith(":" + first(KEYCLOAK, Files.readString(Path.of("../pom.xml")), 1) + "}");
    }

    @Test
    void theGatewayIsConfinedAndEndsInTime() throws IOException {
        YamlNode gatehouse = service("gatehouse");
        assertThat(gatehouse.at("read_only").value()).isEqualTo(true);
        assertThat(gatehouse.at("cap_drop").value()).isEqualTo(List.of("ALL"));
        assertThat(gatehouse.at("security_opt").value()).isEqualTo(List.of("no-new-privileges"));
        assertThat(Duration.parse("PT" + gatehouse.at("stop_grace_period").text()))
                .isGreaterThan(configuration().server().drainLimit().plus(KubernetesManifestsTest.AROUND_THE_DRAIN));
        assertThat(gatehouse.at("healthcheck", "test").value()).isEqualTo(List.of("CMD", "gatehouse", "health"));
        assertThat(configuration().metrics()).isPresent();
    }

    @Test
    void keycloakIsTheSameForTheBrowserAndTheGateway() throws IOException {
        String toml = Files.readString(CONFIGURATION);
        String address = first(ISSUER, toml, 1);
        assertThat(service("keycloak").at("command").all().map(YamlNode::text)).contains("--hostname=" + address);
        assertThat(service("gatehouse").at("network_mode").text()).isEqualTo("service:keycloak");
        assertThat(service("keycloak").at("ports").all().map(YamlNode::text))
                .containsExactly("127.0.0.1:8080:8080", "127.0.0.1:8443:8443");
        YamlNode realm = YamlNode.of(FOLDER.resolve("keycloak/realm.json"));
        assertThat(realm.at("realm").text()).isEqualTo(first(ISSUER, toml, 2));
        String portal = configuration().portal().orElseThrow().address().toString();
        assertThat(portal).isEqualTo("https://localhost:8443");
        assertThat(realm.at("clients", 0, "redirectUris").value())
                .isEqualTo(List.of(portal + "/signin/keycloak/callback"));
        assertThat(toml)
                .contains("client-id = \"" + realm.at("clients", 0, "clientId").text() + "\"");
    }

    @Test
    void theDesktopHasTheNameOfTheConfiguration() throws IOException {
        assertThat(service("desktop").at("networks", "default", "aliases").value())
                .isEqualTo(List.of("desktop.try-out.test"));
        assertThat(Files.readString(CONFIGURATION))
                .contains("host = \"desktop.try-out.test\"", "targets = [\"desktop.try-out.test\"]");
    }
}
