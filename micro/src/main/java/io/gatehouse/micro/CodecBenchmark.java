package io.gatehouse.micro;

import io.gatehouse.core.tsgu.MalformedPacketException;
import io.gatehouse.core.tsgu.PacketAssembler;
import io.gatehouse.core.tsgu.TsguCodec;
import io.gatehouse.core.tsgu.TsguPacket;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;

/** Packets of MS-TSGU, cut out of a stream, decoded and encoded. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class CodecBenchmark {
    private final PacketAssembler assembler = new PacketAssembler(PacketAssembler.SETUP_LIMIT);
    private final ByteBuffer data = TsguCodec.encode(new TsguPacket.Data(ByteBuffer.allocate(16_349)));
    private final ByteBuffer create =
            TsguCodec.encode(new TsguPacket.ChannelCreate(List.of("win11.corp.example.com"), List.of(), 3389, 3));
    private final ByteBuffer header = ByteBuffer.allocate(TsguCodec.DATA_HEADER_SIZE);

    /** DATA out of a chunk that holds it whole. */
    @Benchmark
    public void assembleAndDecodeData(Blackhole hole) throws MalformedPacketException {
        assembler.feed(data.rewind(), packet -> {
            hole.consume(TsguCodec.decodeFromClient(packet));
            return true;
        });
    }

    /** A packet with text. */
    @Benchmark
    public TsguPacket.FromClient decodeChannelCreate() throws MalformedPacketException {
        return TsguCodec.decodeFromClient(create);
    }

    /** The header that a relayed piece gets. */
    @Benchmark
    public ByteBuffer putDataHeader() {
        TsguCodec.putDataHeader(header.clear(), 16_349);
        return header;
    }
}
