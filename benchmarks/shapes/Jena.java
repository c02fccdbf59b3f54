import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.jena.graph.Graph;
import org.apache.jena.riot.RDFDataMgr;
import org.apache.jena.shacl.ShaclValidator;
import org.apache.jena.shacl.Shapes;

/** Jena's SHACL on files: one line each, with the verdict and the best processor times of some rounds:
 * of the check alone, and of reading the file and the check. */
public class Jena {
    public static void main(String[] arguments) throws Exception {
        Shapes shapes = Shapes.parse(RDFDataMgr.loadGraph(arguments[0]));
        int rounds = Integer.parseInt(arguments[1]);
        ThreadMXBean clock = ManagementFactory.getThreadMXBean();
        for (String file : Files.readAllLines(Path.of(arguments[2]))) {
            long best = Long.MAX_VALUE;
            long bestWithReading = Long.MAX_VALUE;
            boolean conforms = false;
            for (int round = 0; round < rounds; round++) {
                long reading = clock.getCurrentThreadCpuTime();
                Graph data = RDFDataMgr.loadGraph(file);
                long start = clock.getCurrentThreadCpuTime();
                conforms = ShaclValidator.get().validate(shapes, data).conforms();
                long end = clock.getCurrentThreadCpuTime();
                best = Math.min(best, end - start);
                bestWithReading = Math.min(bestWithReading, end - reading);
            }
            System.out.println(conforms + " " + best + " " + bestWithReading);
        }
    }
}
