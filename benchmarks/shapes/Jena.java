import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.jena.graph.Graph;
import org.apache.jena.graph.Triple;
import org.apache.jena.riot.RDFDataMgr;
import org.apache.jena.shacl.ShaclValidator;
import org.apache.jena.shacl.Shapes;
import org.apache.jena.sparql.graph.GraphFactory;

/** Jena's SHACL on files: one line each, with the verdict and the best processor times of some rounds:
 * of the check alone, of the check with the making of a graph from statements in memory, and of the check
 * with the reading of the file. */
public class Jena {
    public static void main(String[] arguments) throws Exception {
        Shapes shapes = Shapes.parse(RDFDataMgr.loadGraph(arguments[0]));
        int rounds = Integer.parseInt(arguments[1]);
        ThreadMXBean clock = ManagementFactory.getThreadMXBean();
        for (String file : Files.readAllLines(Path.of(arguments[2]))) {
            long best = Long.MAX_VALUE;
            long bestFromStatements = Long.MAX_VALUE;
            long bestWithReading = Long.MAX_VALUE;
            List<Triple> statements = RDFDataMgr.loadGraph(file).find().toList();
            boolean conforms = false;
            for (int round = 0; round < rounds; round++) {
                long reading = clock.getCurrentThreadCpuTime();
                Graph data = RDFDataMgr.loadGraph(file);
                long start = clock.getCurrentThreadCpuTime();
                conforms = ShaclValidator.get().validate(shapes, data).conforms();
                long end = clock.getCurrentThreadCpuTime();
                best = Math.min(best, end - start);
                bestWithReading = Math.min(bestWithReading, end - reading);
                long making = clock.getCurrentThreadCpuTime();
                Graph made = GraphFactory.createDefaultGraph();
                for (Triple statement : statements) {
                    made.add(statement);
                }
                conforms &= ShaclValidator.get().validate(shapes, made).conforms();
                bestFromStatements = Math.min(bestFromStatements, clock.getCurrentThreadCpuTime() - making);
            }
            System.out.println(conforms + " " + best + " " + bestFromStatements + " " + bestWithReading);
        }
    }
}
