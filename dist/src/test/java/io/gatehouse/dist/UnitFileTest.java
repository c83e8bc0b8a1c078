package io.gatehouse.dist;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.testkit.process.Command;
import io.gatehouse.testkit.process.RequiredTools;
import io.gatehouse.testkit.process.TestFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The systemd unit and the shell scripts of the tarball, examined by the programs that know such files. */
class UnitFileTest {
    private static final Path TARBALL = Path.of("src/main/tarball").toAbsolutePath();

    @RegisterExtension
    final TestFolder folder = new TestFolder();

    /** The exposure that systemd computes, from 0 to 10, is at most 2.0. */
    @Test
    void theServiceIsConfined() {
        RequiredTools.assume("systemd-analyze");
        Command.Result result = Command.of(
                        "systemd-analyze",
                        "security",
                        "--no-pager",
                        "--offline=true",
                        "--threshold=20",
                        TARBALL.resolve("systemd/gatehouse.service").toString())
                .run(folder);
        assertThat(result.succeeded()).as(result.output()).isTrue();
        assertThat(result.output()).contains("Overall exposure level for gatehouse.service");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "src/main/tarball/installer/install.sh",
                "src/main/tarball/bin/gatehouse",
                "src/build/make-runtime",
                "src/build/make-deb",
                "src/build/make-rpm",
                "src/build/package-tree",
                "src/build/make-image",
                "src/build/make-aarch64",
                "src/build/fetch-packages",
                "../run",
                "../docs/build",
                "../examples/compose/desktop/start",
                "../bench/run",
                "../.ci/run",
                "../.ci/fuzz",
                "../.ci/common.sh",
                "../test"
            })
    void scriptsPassShellcheck(String script) {
        RequiredTools.assume("shellcheck");
        Command.Result result = Command.of(
                        "shellcheck",
                        "--external-sources",
                        "--source-path=SCRIPTDIR",
                        Path.of(script).toString())
                .run(folder);
        assertThat(result.output()).isEmpty();
        assertThat(result.succeeded()).isTrue();
    }

    @Test
    void theUnitStartsWhatInstallShInstalls() throws IOException {
        List<String> unit = Files.readAllLines(TARBALL.resolve("systemd/gatehouse.service"));
        assertThat(unit)
                .contains(
                        "Type=notify",
                        "WatchdogSec=30s",
                        "ExecStart=/opt/gatehouse/bin/gatehouse run --config /etc/gatehouse/gatehouse.toml");
    }
}
