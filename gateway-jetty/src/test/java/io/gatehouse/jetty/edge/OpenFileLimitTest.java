package io.gatehouse.jetty.edge;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OpenFileLimitTest {
    @Test
    void connectionsFitWithTwoFilesEachAndAReserve() {
        assertThat(new OpenFileLimit(262_144).connections(20_000)).isEqualTo(20_000);
        assertThat(new OpenFileLimit(40_256).connections(20_000)).isEqualTo(20_000);
        assertThat(new OpenFileLimit(40_255).connections(20_000)).isEqualTo(19_999);
        assertThat(new OpenFileLimit(1024).connections(20_000)).isEqualTo(384);
        assertThat(new OpenFileLimit(1024).connections(100)).isEqualTo(100);
        assertThat(new OpenFileLimit(256).connections(20_000)).isEqualTo(64);
        assertThat(new OpenFileLimit(2).connections(20_000)).isEqualTo(1);
        assertThat(new OpenFileLimit(Long.MAX_VALUE).connections(20_000)).isEqualTo(20_000);
    }

    @Test
    void theWarningTellsBothNumbersAndWhatFollows() {
        assertThat(new OpenFileLimit(40_256).warning(20_000)).isEmpty();
        assertThat(new OpenFileLimit(1024).warning(20_000))
                .hasValue("limits.connections is 20000, which needs 40256 open files, but this process may open 1024"
                        + " (ulimit -n, LimitNOFILE of systemd): the gateway takes 384 connections");
    }

    @Test
    void thisProcessHasALimit() {
        assertThat(OpenFileLimit.current().files()).isPositive();
    }
}
