package io.gatehouse.formats.file;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.gatehouse.api.ProviderException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * Whatever stands in a file, it is refused in words, or its blocks are cut out so cleanly that a second cut finds the
 * same.
 */
class PemTextFuzzTest {
    private static final Path FILE = Path.of("/etc/gatehouse/a.pem");

    @FuzzTest
    void everyContentIsBlocksOrRefused(byte[] content) throws ProviderException {
        List<PemText.Block> blocks;
        try {
            blocks = PemText.blocks(FILE, content);
        } catch (ProviderException e) {
            assertThat(e.getMessage()).isNotEmpty().hasSizeLessThan(512).matches("\\P{Cntrl}*");
            return;
        }
        ByteArrayOutputStream clean = new ByteArrayOutputStream();
        for (PemText.Block block : blocks) {
            assertThat(block.text())
                    .startsWith("-----BEGIN " + block.label() + "-----")
                    .endsWith("-----END " + block.label() + "-----\n");
            clean.writeBytes(block.text().getBytes(StandardCharsets.ISO_8859_1));
        }
        assertThat(PemText.blocks(FILE, clean.toByteArray())).isEqualTo(blocks);
    }
}
