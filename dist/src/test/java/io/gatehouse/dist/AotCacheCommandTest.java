package io.gatehouse.dist;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.jetty.edge.OpenFileLimit;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AotCacheCommandTest {
    @Test
    void withoutTheLauncherNothingIsRecorded() {
        CommandRun run = CommandRun.of("aot-cache");
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).contains("gatehouse: an AOT cache is made by the launcher of the tarball only");
    }

    @Test
    void theTrainingSignsInAndRelaysOverBothTransports(@TempDir Path folder) throws Exception {
        World world = new World(
                Clock.systemUTC(),
                InputStream.nullInputStream(),
                _ -> Optional.empty(),
                _ -> {},
                new OpenFileLimit(262_144),
                Optional.empty());
        Training.run(folder, world, 4, new PrintWriter(new StringWriter()));
        String audit = Files.readString(folder.resolve("audit.jsonl"));
        assertThat(audit.lines().filter(line -> line.contains("session.end"))).hasSize(8);
        assertThat(audit.lines().filter(line -> line.contains("\"basic\""))).isNotEmpty();
        assertThat(audit.lines().filter(line -> line.contains("\"ntlm\""))).isNotEmpty();
    }
}
