package io.gatehouse.dist;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.core.config.AdminConfig;
import io.gatehouse.core.config.GatewayConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The manifests for Kubernetes agree with their configuration, the image and the gateway on ports, paths and times. */
class KubernetesManifestsTest {
    private static final Path FOLDER = Path.of("../examples/kubernetes");
    /** Beside drain-limit: what a stop may take before and after it (docs/upgrading.md). */
    static final Duration AROUND_THE_DRAIN = Duration.ofSeconds(8);

    private static YamlNode manifest(String name) throws IOException {
        return YamlNode.of(FOLDER.resolve(name));
    }

    private static GatewayConfig configuration() {
        return GoodConfiguration.of(FOLDER.resolve("gatehouse.toml"));
    }

    private static YamlNode pod() throws IOException {
        return manifest("statefulset.yaml").at("spec", "template", "spec");
    }

    private static YamlNode container() throws IOException {
        return pod().at("containers", 0);
    }

    @Test
    void portsAreThoseOfTheConfiguration() throws IOException {
        YamlNode ports = container().at("ports");
        assertThat(ports.named("https").at("containerPort").value())
                .isEqualTo(configuration().listener().getFirst().address().port());
        assertThat(ports.named("metrics").at("containerPort").value())
                .isEqualTo(configuration().metrics().orElseThrow().address().port());
        assertThat(manifest("service.yaml").at("spec", "ports", 0, "targetPort").value())
                .isEqualTo("https");
        assertThat(manifest("service.yaml").at("spec", "ports", 0, "port").value())
                .as("the port of the portal's address")
                .isEqualTo(443);
        assertThat(configuration().portal().orElseThrow().address().getPort()).isEqualTo(-1);
        assertThat(manifest("networkpolicy.yaml")
                        .at("spec", "podSelector", "matchLabels")
                        .value())
                .as("the pods that the policy is for, which an empty selector does not name")
                .isEqualTo(
                        manifest("kustomization.yaml").at("labels", 0, "pairs").value());
        assertThat(manifest("networkpolicy.yaml").at("spec", "ingress").all())
                .extracting(rule -> rule.at("ports", 0, "port").value())
                .containsExactly("https", "metrics");
    }

    @Test
    void probesAskPagesThatTheGatewayHas() throws IOException {
        for (String probe : List.of("startupProbe", "livenessProbe")) {
            assertThat(container().at(probe, "httpGet", "path").value()).isEqualTo("/livez");
            assertThat(container().at(probe, "httpGet", "port").value()).isEqualTo("metrics");
        }
        assertThat(container().at("readinessProbe", "httpGet", "path").value()).isEqualTo("/readyz");
        assertThat(container().at("readinessProbe", "httpGet", "port").value()).isEqualTo("metrics");
    }

    @Test
    void theImageIsOfThisVersion() throws IOException {
        assertThat(manifest("kustomization.yaml").at("images", 0, "newTag").text())
                .isEqualTo(Version.number());
    }

    @Test
    void theGatewayIsKilledOnlyAfterItsDrain() throws IOException {
        Duration drain = configuration().server().drainLimit().plus(AROUND_THE_DRAIN);
        assertThat(Duration.ofSeconds(
                        (Integer) pod().at("terminationGracePeriodSeconds").value()))
                .isGreaterThan(drain);
    }

    @Test
    void whatTheGatewayWritesIsInAVolumeAndWhatItReadsIsProjected() throws IOException {
        YamlNode mounts = container().at("volumeMounts");
        assertThat(mounts.named("configuration").at("mountPath").value()).isEqualTo("/etc/gatehouse");
        assertThat(mounts.named("state").at("mountPath").value()).isEqualTo("/var/lib/gatehouse");
        Path run = Path.of(mounts.named("run").at("mountPath").text());
        assertThat(configuration()
                        .admin()
                        .flatMap(AdminConfig::socket)
                        .orElseThrow()
                        .getParent())
                .isEqualTo(run);
        Path state = Path.of("/var/lib/gatehouse");
        assertThat(configuration().portal().orElseThrow().signing().key()).startsWithRaw(state);
        assertThat(configuration().admin().flatMap(AdminConfig::blocks).orElseThrow())
                .startsWithRaw(state);
        YamlNode items = pod().at("volumes").named("configuration").at("projected", "sources", 2, "secret", "items");
        GatewayConfig.Tls tls = configuration().listener().getFirst().tls().orElseThrow();
        assertThat(items.all()
                        .map(item -> FOLDER.resolve(item.at("path").text())
                                .toAbsolutePath()
                                .normalize()))
                .containsExactly(
                        tls.certificate().orElseThrow().toAbsolutePath().normalize(),
                        tls.key().orElseThrow().toAbsolutePath().normalize());
    }

    @Test
    void theUserIsThatOfTheImageAndReadsTheSecrets() throws IOException {
        assertThat(Files.readString(Path.of("src/build/make-image"))).contains("\nuser=65532\n");
        YamlNode security = pod().at("securityContext");
        assertThat(List.of(
                        security.at("runAsUser").text(),
                        security.at("runAsGroup").text(),
                        security.at("fsGroup").text()))
                .containsOnly("65532");
        // What the gateway demands of files with secrets; the kubelet adds the right of the group.
        assertThat(pod().at("volumes")
                        .named("configuration")
                        .at("projected", "defaultMode")
                        .text())
                .isEqualTo("0400");
    }
}
