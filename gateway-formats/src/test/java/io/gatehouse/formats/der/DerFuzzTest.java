package io.gatehouse.formats.der;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.gatehouse.formats.MalformedException;
import io.gatehouse.formats.kerberos.PrincipalName;

/** What is read as DER is written in the same bytes: no two encodings mean one value. */
class DerFuzzTest {
    @FuzzTest
    void everyValueHasOneEncoding(byte[] bytes) {
        try {
            DerReader reader = new DerReader(bytes);
            int tag = reader.skip();
            reader.expectEnd();
            byte[] content = new DerReader(bytes).enterLast(tag).remaining().bytes();
            assertThat(DerWriter.value(tag, content)).isEqualTo(bytes);
            if (tag == Der.INTEGER) {
                long number = new DerReader(bytes).lastInteger(Long.MIN_VALUE, Long.MAX_VALUE);
                assertThat(DerWriter.integer(number)).isEqualTo(bytes);
            }
            if (tag == Der.SEQUENCE) {
                assertThat(PrincipalName.last(new DerReader(bytes)).encode()).isEqualTo(bytes);
            }
        } catch (MalformedException e) {
            assertThat(e.reason()).isNotBlank();
        }
    }
}
