package io.gatehouse.testkit.process;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.opentest4j.AssertionFailedError;
import org.opentest4j.TestAbortedException;

class RequiredToolsTest {
    private static final List<String> MISSING = List.of("sh", "no-such-program");

    @Test
    void missingProgramSkipsTheTestAndIsNamed() {
        assertThatThrownBy(() -> RequiredTools.assume(MISSING, Map.of()))
                .isInstanceOf(TestAbortedException.class)
                .hasMessageContaining("not installed: no-such-program (");
    }

    @Test
    void missingProgramFailsTheTestInContinuousIntegration() {
        assertThatThrownBy(() -> RequiredTools.assume(MISSING, Map.of("CI", "true")))
                .isInstanceOf(AssertionFailedError.class)
                .hasMessageContaining("not installed: no-such-program (");
    }

    @Test
    void missingArtifactIsNamedWithTheCommandThatFetchesIt() {
        Path missing = Path.of("/no/such/keycloak.tar.gz");
        assertThatThrownBy(() -> RequiredTools.assumeArtifact(missing, "mvn get it", Map.of()))
                .isInstanceOf(TestAbortedException.class)
                .hasMessage("/no/such/keycloak.tar.gz is missing (run: mvn get it)");
        assertThatThrownBy(() -> RequiredTools.assumeArtifact(missing, "mvn get it", Map.of("CI", "true")))
                .isInstanceOf(AssertionFailedError.class);
    }

    @Test
    void installedProgramLetsTheTestGoOn() {
        assertThatCode(() -> RequiredTools.assume(List.of("sh"), Map.of("CI", "true")))
                .doesNotThrowAnyException();
    }
}
