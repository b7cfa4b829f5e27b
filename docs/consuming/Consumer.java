import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Follows a published topic and appends each event once, in its partition's order, to a file: the same program as consumer.py, with the same
 * lines in its file, which is its memory as well.
 *
 * <p>java -cp "kafka-clients and what it needs" Consumer.java BROKERS TOPIC FILE [--to-end]
 */
public final class Consumer {
  private record Place(long offset, long height) {}

  private static final Place NOWHERE = new Place(-1, 0);

  public static void main(String[] arguments) throws IOException {
    if (arguments.length < 3) throw new IllegalArgumentException("Consumer BROKERS TOPIC FILE [--to-end]");
    boolean toEnd = arguments.length > 3 && arguments[3].equals("--to-end");
    follow(arguments[0], arguments[1], Path.of(arguments[2]), toEnd);
  }

  private static void follow(String brokers, String topic, Path path, boolean toEnd) throws IOException {
    Map<Integer, Place> places = recall(path);
    Properties settings = new Properties();
    settings.put("bootstrap.servers", brokers);
    settings.put("enable.auto.commit", "false");
    // A topic that was made anew: the heights are the place, offsets only a short cut to it.
    settings.put("auto.offset.reset", "earliest");
    try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        OutputStream file = new FileOutputStream(path.toFile(), true)) {
      List<TopicPartition> partitions = new ArrayList<>();
      consumer.partitionsFor(topic).forEach(found -> partitions.add(new TopicPartition(topic, found.partition())));
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      for (TopicPartition partition : partitions) {
        Place place = places.get(partition.partition());
        if (place != null) consumer.seek(partition, place.offset() + 1);
      }
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (!toEnd || ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofSeconds(1))) take(file, record, places);
      }
    }
  }

  private static void take(OutputStream file, ConsumerRecord<byte[], byte[]> record, Map<Integer, Place> places) throws IOException {
    long height = Long.parseLong(header(record, "ce_height"));
    if (height <= places.getOrDefault(record.partition(), NOWHERE).height()) return; // sent twice
    if (!header(record, "ce_type").startsWith("promptledger.")) {
      System.err.println("passed over: height " + height + " of partition " + record.partition() + " is no event of the ledger's");
      return;
    }
    // In JSON, tabs and line feeds as they are stand only between its words.
    String data = new String(record.value(), StandardCharsets.UTF_8).replace('\t', ' ').replace('\n', ' ');
    String line = String.join("\t", String.valueOf(record.partition()), String.valueOf(record.offset()), String.valueOf(height),
        header(record, "ce_type"), header(record, "ce_subject"), header(record, "ce_sequence"), data);
    file.write((line + "\n").getBytes(StandardCharsets.UTF_8));
    places.put(record.partition(), new Place(record.offset(), height));
  }

  private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
    Header found = record.headers().lastHeader(name);
    return found == null ? "" : new String(found.value(), StandardCharsets.UTF_8);
  }

  /** The last offset and height of each partition. A last line that a crash cut short is taken away. */
  private static Map<Integer, Place> recall(Path path) throws IOException {
    Map<Integer, Place> places = new HashMap<>();
    if (Files.notExists(path)) return places;
    String text = Files.readString(path);
    String whole = text.substring(0, text.lastIndexOf('\n') + 1);
    if (!whole.equals(text)) Files.writeString(path, whole);
    whole.lines().map(line -> line.split("\t", 4)).forEach(
        field -> places.put(Integer.valueOf(field[0]), new Place(Long.parseLong(field[1]), Long.parseLong(field[2]))));
    return places;
  }
}
